-- Stores a publication of a room with history, gives it its offset, and publishes it: one step.
-- KEYS: 1 state, 2 stream, 3 what the idempotency key gave (absent without a key)
-- ARGV: 1 an epoch, should one be needed, 2 tag, 3 size and 4 age in ms of the history,
--       5 ms to keep the state, 6 PUBLISH or SPUBLISH, 7 channel, 8 body, 9 ms to keep the key
-- The channel is no key: it never exists, and would be missed while a cluster moves the slot.
-- Gives the position, and 1 when an earlier publish with the key was found.
if KEYS[3] then
  local earlier = redis.call('GET', KEYS[3])
  if earlier then return {earlier, 1} end
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'tag', 'trim')
local epoch, offset, previous = state[1], state[2], state[3]
if not epoch then
  epoch, offset, previous = ARGV[1], 0, '0'
  redis.call('DEL', KEYS[2])
end
offset = string.format('%.0f', offset + 1)
local position = epoch .. ':' .. offset .. ':' .. ARGV[2]
local head = position .. ':' .. previous .. ':' .. string.format('%.0f', now)
local envelope = '\1' .. string.char(#head) .. head .. ARGV[8]

redis.call('HSET', KEYS[1], 'epoch', epoch, 'offset', offset, 'tag', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[3], offset .. '-0', 'p', envelope)
redis.call('PEXPIRE', KEYS[2], ARGV[4])

-- What has become too old goes now and then; readers leave it out meanwhile.
local age = tonumber(ARGV[4])
if now >= tonumber(state[4] or 0) then
  local done, rounds = false, 0
  while not done and rounds < 100 do
    local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 10)
    done, rounds = #oldest < 10, rounds + 1
    local keep = nil
    for _, entry in ipairs(oldest) do
      local stored = entry[2][2]
      local at = tonumber(string.match(string.sub(stored, 3, 2 + string.byte(stored, 2)), '(%d+)$'))
      if at + age > now then
        keep, done = entry[1], true
        break
      end
    end
    if not keep then keep = offset .. '-0' end
    if not done then keep = string.format('%.0f', string.match(oldest[#oldest][1], '^%d+') + 1) .. '-0' end
    redis.call('XTRIM', KEYS[2], 'MINID', keep)
  end
  if done then
    redis.call('HSET', KEYS[1], 'trim', string.format('%.0f', now + math.floor(age / 8)))
  end
end

redis.call(ARGV[6], ARGV[7], envelope)
if KEYS[3] then redis.call('SET', KEYS[3], position, 'PX', ARGV[9]) end
return {position, 0}
