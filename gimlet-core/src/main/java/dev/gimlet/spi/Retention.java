package dev.gimlet.spi;

import java.time.Duration;

/// How much history a room keeps: the newest publications, up to a number and an age. Immutable.
public record Retention(int size, Duration age) {

  /// The longest time for which a room may keep them: ten years.
  public static final Duration MAX_AGE = Duration.ofDays(3650); // first: NONE is checked too

  /// No history at all.
  public static final Retention NONE = new Retention(0, Duration.ZERO);

  /// The most publications that a room may keep.
  public static final int MAX_SIZE = 100_000;

  /// Checks that both are positive, or both zero, and neither is too large.
  public Retention {
    if (size < 0 || size > MAX_SIZE) {
      throw new IllegalArgumentException("history of " + size + ": keep 0 to " + MAX_SIZE);
    }
    if (age.isNegative() || age.isZero() != (size == 0)) {
      throw new IllegalArgumentException(
          "history of " + size + " publications for " + age + ": give both, or neither");
    }
    if (age.compareTo(MAX_AGE) > 0) {
      throw new IllegalArgumentException(
          "history for "
              + age
              + ": keep at most 3650 days; to keep it at any age write Retention.MAX_AGE");
    }
  }

  /// Whether there is history.
  public boolean keeps() {
    return size > 0;
  }
}
