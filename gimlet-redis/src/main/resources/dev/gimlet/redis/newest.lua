-- Reads the newest publications of a room.
-- KEYS: 1 state, 2 stream
-- ARGV: 1 an epoch, should one be needed, 2 ms to keep the state, 3 limit,
--       4 bytes after which no more are read
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
local from, left, bytes = '+', tonumber(ARGV[3]), tonumber(ARGV[4])
while left > 0 and bytes > 0 do
  local some = redis.call('XREVRANGE', KEYS[2], from, '-', 'COUNT', math.min(10, left))
  for _, entry in ipairs(some) do
    if bytes > 0 then
      answer[#answer + 1] = entry[2][2]
      bytes = bytes - #entry[2][2]
      from = '(' .. entry[1]
    end
  end
  left = #some < 10 and 0 or left - 10
end
return answer
