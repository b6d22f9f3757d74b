package dev.gimlet.spi;

import java.time.Duration;

/// How much history a room keeps: the newest publications, up to a number and an age. Immutable.
public record Retention(int size, Duration age) {

  /// No history at all.
  public static final Retention NONE = new Retention(0, Duration.ZERO);

  /// The most publications that a room may keep.
  public static final int MAX_SIZE = 100_000;

  /// Checks that both are positive, or both zero.
  public Retention {
    if (size < 0 || size > MAX_SIZE) {
      throw new IllegalArgumentException("history of " + size + ": keep 0 to " + MAX_SIZE);
    }
    if (age.isNegative() || age.isZero() != (size == 0)) {
      throw new IllegalArgumentException(
          "history of " + size + " publications for " + age + ": give both, or neither");
    }
  }

  /// Whether there is history.
  public boolean keeps() {
    return size > 0;
  }
}
