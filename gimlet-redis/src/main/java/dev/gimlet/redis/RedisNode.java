package dev.gimlet.redis;

import java.time.Instant;

/// A node that shares rooms, and when Redis last heard of it. Immutable.
public record RedisNode(String name, Instant lastSeen) {}
