package dev.gimlet.redis;

/// What a broker has counted since its start, for metrics. Immutable.
///
/// @param published publications that Redis has taken
/// @param failed publications that it has not, or may not have
/// @param received publications that reached this node's rooms
/// @param lost times that a room's position was lost
/// @param unreadable messages of another version of Gimlet, ignored
/// @param attempts connections that were lost, and attempts that failed
/// @param overflows times that more waited for this node than it may hold
/// @param pending commands that wait for Redis now
public record RedisFigures(
    long published,
    long failed,
    long received,
    long lost,
    long unreadable,
    long attempts,
    long overflows,
    int pending) {}
