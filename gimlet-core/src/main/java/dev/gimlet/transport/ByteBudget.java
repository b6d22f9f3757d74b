package dev.gimlet.transport;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/// Counts bytes that wait somewhere against a limit. Thread-safe: one atomic number.
final class ByteBudget {

  // One object less for every connection than an AtomicLong.
  private static final AtomicLongFieldUpdater<ByteBudget> USED =
      AtomicLongFieldUpdater.newUpdater(ByteBudget.class, "used");

  private final long limit;
  private volatile long used;

  ByteBudget(long limit) {
    this.limit = limit;
  }

  /// Takes bytes if they fit; a single item larger than the limit fits when nothing else waits.
  ///
  /// What does not fit is never counted, not for a moment: whoever looks meanwhile would wait for
  /// room that nobody makes.
  boolean reserve(long bytes) {
    long before = used;
    while (before <= 0 || before + bytes <= limit) {
      if (USED.compareAndSet(this, before, before + bytes)) {
        return true;
      }
      before = used;
    }
    return false;
  }

  /// Takes bytes whether they fit or not.
  void force(long bytes) {
    USED.getAndAdd(this, bytes);
  }

  void release(long bytes) {
    USED.getAndAdd(this, -bytes);
  }

  long limit() {
    return limit;
  }

  long used() {
    return used;
  }
}
