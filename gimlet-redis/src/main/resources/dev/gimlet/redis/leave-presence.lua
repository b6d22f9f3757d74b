-- Removes a member of a node. A script as entering is one: when Redis has forgotten both, both are
-- sent again in their order.
-- KEYS: 1 the members of this node
-- ARGV: 1 the id of the member
-- Gives how many were there.
return redis.call('HDEL', KEYS[1], ARGV[1])
