-- Reads the newest publications of a room.
-- KEYS: 1 state, 2 stream
-- ARGV: 1 an epoch, should one be needed, 2 ms to keep the state, 3 limit
-- Gives epoch, offset, tag, the time in ms, then envelopes, newest first.
local time = redis.call('TIME')
local state = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'tag')
if not state[1] then
  state = {ARGV[1], '0', '0'}
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', state[1], 'offset', state[2], 'tag', state[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local answer = {state[1], state[2], state[3], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))}
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', ARGV[3])) do
  answer[#answer + 1] = entry[2][2]
end
return answer
