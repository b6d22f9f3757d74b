package dev.gimlet.websocket;

import java.time.Duration;

/// The bounds that options keep their times in: a timer takes no time without end.
public final class TimeLimit {

  /// The longest time that options take: 365 days.
  public static final Duration LONGEST = Duration.ofDays(365);

  private TimeLimit() {}

  /// The time, which must be more than zero and at most [#LONGEST].
  ///
  /// @throws IllegalArgumentException otherwise; the message begins with the name of the time
  public static Duration positive(Duration time, String name) {
    if (time.isZero()) {
      throw new IllegalArgumentException(name + " of zero, more is needed");
    }
    return notNegative(time, name);
  }

  /// The time, which must be from zero to [#LONGEST].
  ///
  /// @throws IllegalArgumentException otherwise; the message begins with the name of the time
  public static Duration notNegative(Duration time, String name) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(name + " of " + time + " is negative");
    }
    if (time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " of " + time + ", at most " + LONGEST.toDays() + " days");
    }
    return time;
  }
}
