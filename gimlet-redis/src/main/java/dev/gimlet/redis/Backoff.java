package dev.gimlet.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/// How long to wait before the next attempt: random, up to a bound that doubles with each failure.
///
/// Owned by whoever attempts.
final class Backoff {

  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration SHORTEST = Duration.ofMillis(10); // never at once

  private final RandomGenerator random;
  private long boundMillis = FIRST.toMillis();

  /// Random for each thread that asks: one that never asked before would have the same in each
  /// process.
  Backoff() {
    this(() -> ThreadLocalRandom.current().nextLong());
  }

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /// The wait after one more failure.
  Duration next() {
    long millis = random.nextLong(SHORTEST.toMillis(), boundMillis + 1);
    boundMillis = Math.min(boundMillis * 2, LONGEST.toMillis());
    return Duration.ofMillis(millis);
  }

  /// It has worked.
  void reset() {
    boundMillis = FIRST.toMillis();
  }
}
