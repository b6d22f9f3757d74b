package dev.gimlet.transport;

import java.util.concurrent.atomic.AtomicLong;

/// Counts bytes that wait somewhere against a limit. Thread-safe: one atomic number.
final class ByteBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  ByteBudget(long limit) {
    this.limit = limit;
  }

  /// Takes bytes if they fit; a single item larger than the limit fits when nothing else waits.
  boolean reserve(long bytes) {
    long before = used.getAndAdd(bytes);
    if (before > 0 && before + bytes > limit) {
      used.getAndAdd(-bytes);
      return false;
    }
    return true;
  }

  /// Takes bytes whether they fit or not.
  void force(long bytes) {
    used.getAndAdd(bytes);
  }

  void release(long bytes) {
    used.getAndAdd(-bytes);
  }

  long used() {
    return used.get();
  }
}
