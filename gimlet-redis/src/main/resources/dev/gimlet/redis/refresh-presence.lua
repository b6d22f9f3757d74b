-- Keeps what a node has entered alive, and writes some of it again.
-- KEYS: 1 the nodes that have entered members, 2 the members of this node
-- ARGV: 1 the node, 2 ms to keep them, then id and user of each member that is written again
-- Gives how many members of this node there are.
-- A Redis without memory refuses scripts that begin by adding something: they would all expire.
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[3] then
  redis.call('HSET', KEYS[2], unpack(ARGV, 3))
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
return redis.call('HLEN', KEYS[2])
