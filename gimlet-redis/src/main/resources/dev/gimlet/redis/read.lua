-- Reads a room's position, and what was published after another one.
-- KEYS: 1 state, 2 stream
-- ARGV: 1 an epoch, should one be needed, 2 ms to keep the state,
--       3 epoch and 4 stream id to read from (both empty: the position only), 5 limit
-- Gives epoch, offset, tag, the time in ms, then envelopes, oldest first.
local time = redis.call('TIME')
local state = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'tag')
if not state[1] then
  state = {ARGV[1], '0', '0'}
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', state[1], 'offset', state[2], 'tag', state[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local answer = {state[1], state[2], state[3], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))}
if ARGV[3] == state[1] then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], ARGV[4], '+', 'COUNT', ARGV[5])) do
    answer[#answer + 1] = entry[2][2]
  end
end
return answer
