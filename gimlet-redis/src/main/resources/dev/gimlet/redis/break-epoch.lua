-- Begins a new epoch in a room whose state was found to be older than what was seen before.
-- KEYS: 1 state, 2 stream
-- ARGV: 1 the epoch that is broken, 2 the new one, 3 ms to keep the state
-- Gives epoch, offset and tag; another epoch than the broken one stays as it is.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'tag')
if not state[1] or state[1] == ARGV[1] then
  redis.call('DEL', KEYS[1], KEYS[2])
  state = {ARGV[2], '0', '0'}
  redis.call('HSET', KEYS[1], 'epoch', state[1], 'offset', state[2], 'tag', state[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return state
