-- Keeps what a node has entered alive.
-- KEYS: 1 the nodes that have entered members, 2 the members of this node
-- ARGV: 1 the node, 2 ms to keep them
-- Gives how many members of this node there are.
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return redis.call('HLEN', KEYS[2])
