package dev.gimlet.transport;

import java.time.Duration;

/// Durations as numbers of ticks of the [HomeLoop].
final class Ticks {

  static final int PER_SECOND = (int) (1000 / HomeLoop.TICK_MILLIS);

  private Ticks() {}

  /// At least one tick; none for a duration of zero.
  static int of(Duration duration) {
    if (duration.isZero()) {
      return 0;
    }
    long ticks = duration.toMillis() / HomeLoop.TICK_MILLIS;
    return Math.clamp(ticks, 1, Integer.MAX_VALUE);
  }
}
