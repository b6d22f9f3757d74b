/// Rooms on several nodes, through Redis.
///
/// Read in this order: [RedisBroker][dev.gimlet.redis.RedisBroker],
/// [RedisPresenceStore][dev.gimlet.redis.RedisPresenceStore]; below them `Lane` (what a node
/// receives), `RoomCursor` (what is missing, and what is lost), `RoomStore` (what a room keeps in
/// Redis) and `Commands` (the bounds of every command).
///
/// Nothing here knows rooms, members or connections: only the types that brokers speak in.
///
/// What is exported is thread-safe. Each lane has a thread of its own, one more connects and keeps
/// time, and Lettuce has its event loops; none of them ever waits for Redis.
@NullMarked
package dev.gimlet.redis;

import org.jspecify.annotations.NullMarked;
