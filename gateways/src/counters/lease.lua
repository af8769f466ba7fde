-- A slice of a rate, as in quota.rs (`lend`). KEYS[1] the counter, as admit.lua keeps it; ARGV: interval, burst, wanted, owed,
-- now (microseconds; empty = the server's clock). What is owed was used already: it is paid first, as far as there is room.
-- Answers {lent, microseconds until there is one more, when less was lent than wanted}.
local now = tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local interval, burst, wanted, owed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local used = math.max(tonumber(redis.call('GET', KEYS[1]) or '0') or 0, now)
local horizon = now + interval * burst
local room = math.floor(math.max(horizon - used, 0) / interval)
local taken = math.min(wanted + owed, room)
local next = used + interval * taken
if taken > 0 then
  -- The time as an integer: Lua would write it in 14 digits.
  redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
end
local lent = math.max(taken - owed, 0)
if lent < wanted then return {lent, next + interval - horizon} end
return {lent, 0}
