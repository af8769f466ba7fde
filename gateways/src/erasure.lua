-- Takes away one page of a tenant's keys. KEYS[1] is any key of the tenant: it leads to the node that has all of them.
-- ARGV: where the page begins, the pattern. Answers where the next begins, and how many went.
local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 1000)
for _, key in ipairs(page[2]) do
  redis.call('DEL', key)
end
return {page[1], #page[2]}
