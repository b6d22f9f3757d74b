package dev.gimlet.log;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Lets through the first log lines of each second and counts the others.
///
/// Strangers can provoke some lines at will; a disk full of them would be one more way to harm.
/// Thread-safe: one lock, this object, never held while something is logged.
public final class LineLimit {

  /// Lines that are let through in each second.
  public static final int LINES_PER_SECOND = 10;

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private boolean begun;
  private long secondNanos; // when the current second began
  private int lines;
  private long withheld;

  /// A limit by this clock, in nanoseconds.
  public LineLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// Empty when a line must not be logged, else how many were withheld before it.
  public synchronized OptionalLong admit() {
    long now = nanoTime.getAsLong();
    if (!begun || now - secondNanos >= SECOND_NANOS) {
      begun = true;
      secondNanos = now;
      lines = 0;
    }
    if (lines == LINES_PER_SECOND) {
      withheld++;
      return OptionalLong.empty();
    }
    lines++;
    long missed = withheld;
    withheld = 0;
    return OptionalLong.of(missed);
  }
}
