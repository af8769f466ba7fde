-- A lock after too many tries, as in lock.rs. KEYS[1] the counter: '<locked until>|<time>,<time>,…' in microseconds.
-- ARGV: what (hit, peek, forgive), tries, within, hold, now (empty = the server's clock), the try to forgive.
-- Answers {allowed, remaining, retry after in microseconds, the time of the try as text}.
local now = tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local what, tries, within, hold = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local locked, at = 0, {}
local kept = redis.call('GET', KEYS[1])
if kept then
  local head, tail = string.match(kept, '^(%d+)|([%d,]*)$')
  locked = tonumber(head or '0')
  for time in string.gmatch(tail or '', '%d+') do at[#at + 1] = tonumber(time) end
end
if locked ~= 0 and locked <= now then locked, at = 0, {} end

-- Times as integers: Lua would write them in 14 digits.
local function integer(x) return string.format('%.0f', x) end
local function keep()
  if locked == 0 and #at == 0 then
    redis.call('DEL', KEYS[1])
    return
  end
  local times = {}
  for i, time in ipairs(at) do times[i] = integer(time) end
  redis.call('SET', KEYS[1], integer(locked) .. '|' .. table.concat(times, ','),
    'PX', math.ceil(math.max(within, locked - now) / 1000))
end

if what == 'forgive' then
  local try = tonumber(ARGV[6])
  for i, time in ipairs(at) do
    if time == try then
      table.remove(at, i)
      if #at < tries then locked = 0 end
      keep()
      break
    end
  end
  return {1, 0, 0, ''}
end

if locked > now then return {0, 0, locked - now, ''} end
local recent = {}
for _, time in ipairs(at) do
  if time + within > now then recent[#recent + 1] = time end
end
at = recent
if what == 'peek' then return {1, math.max(tries - #at, 1), 0, ''} end
at[#at + 1] = now
if #at >= tries then locked = now + hold end
keep()
return {1, math.max(tries - #at, 0), 0, integer(now)}
