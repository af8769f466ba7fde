-- GCRA, as in quota.rs. KEYS[1] the counter; ARGV: interval, burst, cost, now (microseconds; empty = the server's clock).
-- Answers {allowed, remaining, retry after in microseconds}.
local now = tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local interval, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local used = math.max(tonumber(redis.call('GET', KEYS[1]) or '0') or 0, now)
local horizon = now + interval * burst
local next = used + interval * math.min(cost, burst)
if next > horizon then
  return {0, math.floor(math.max(horizon - used, 0) / interval), next - horizon}
end
-- The time as an integer: Lua would write it in 14 digits.
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return {1, math.floor((horizon - next) / interval), 0}
