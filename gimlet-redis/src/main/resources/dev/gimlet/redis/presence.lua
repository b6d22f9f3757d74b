-- Tells who is in a room on any node.
-- KEYS: 1 the nodes that have entered members
-- ARGV: 1 the most to name
-- Gives the number of all, then id and user of some.
local nodes = redis.call('SMEMBERS', KEYS[1])
local answer, count, room = {0}, 0, tonumber(ARGV[1])
for _, node in ipairs(nodes) do
  local key = KEYS[1] .. ':' .. node
  local members = redis.call('HLEN', key)
  if members == 0 then
    redis.call('SREM', KEYS[1], node) -- its members have expired
  elseif members <= room then
    for _, part in ipairs(redis.call('HGETALL', key)) do answer[#answer + 1] = part end
    room = room - members
  elseif room > 0 then
    for _, part in ipairs(redis.call('HRANDFIELD', key, room, 'WITHVALUES')) do answer[#answer + 1] = part end
    room = 0
  end
  count = count + members
end
answer[1] = count
return answer
