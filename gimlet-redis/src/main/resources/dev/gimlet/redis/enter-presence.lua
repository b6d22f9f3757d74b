-- Enters members of a node.
-- KEYS: 1 the nodes that have entered members, 2 the members of this node
-- ARGV: 1 the node, 2 ms to keep them, then id and user of each member
-- Gives how many were not there before.
local added = redis.call('HSET', KEYS[2], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return added
