-- Publishes in a room without history, unless its idempotency key is known.
-- KEYS: 1 channel, 2 the key
-- ARGV: 1 PUBLISH or SPUBLISH, 2 envelope, 3 ms to keep the key
-- The channel is a key: so that a cluster which moves the slot does not take the publication at the
-- new place, where nobody listens yet.
-- Gives 1 when an earlier publish with the key was found.
if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[3]) then return 1 end
redis.call(ARGV[1], KEYS[1], ARGV[2])
return 0
