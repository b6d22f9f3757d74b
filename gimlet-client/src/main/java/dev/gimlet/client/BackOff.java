package dev.gimlet.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long a client waits before it tries again: exponential, with full jitter. Immutable.
///
/// The n-th wait in a row is a random time from zero to `first`, doubled n - 1 times, at most
/// `max`: clients that lost their server together do not come back together. A `Retry-After` of the
/// server is waited in full, and the random time on top.
public record BackOff(Duration first, Duration max) {

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int MOST_DOUBLINGS = 30;

  /// From 0.5 s to 20 s.
  public static final BackOff DEFAULTS =
      new BackOff(Duration.ofMillis(500), Duration.ofSeconds(20));

  /// Checks the range.
  public BackOff {
    if (first.isNegative() || first.isZero() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException("back-off from " + first + " to " + max);
    }
    if (max.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("back-off of " + max + ", at most " + LONGEST);
    }
  }

  /// The wait before this attempt, which is 1 for the first, with zero for no `Retry-After`.
  Duration delay(int attempt, Duration retryAfter, RandomGenerator random) {
    int doublings = Math.min(attempt - 1, MOST_DOUBLINGS);
    long most = max.toNanos();
    long bound = first.toNanos() > most >> doublings ? most : first.toNanos() << doublings;
    return retryAfter.plusNanos(random.nextLong(bound + 1));
  }
}
