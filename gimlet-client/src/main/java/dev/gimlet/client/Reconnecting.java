package dev.gimlet.client;

import java.time.Duration;

/// The client waits before it tries again: for the how-manieth time in a row, how long, and why.
/// Immutable.
///
/// `attempt` is 1 for the first try after a connection that held.
public record Reconnecting(int attempt, Duration delay, Ending because) {}
