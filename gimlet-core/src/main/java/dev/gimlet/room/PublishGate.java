package dev.gimlet.room;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// Counts the publishers inside, so that after closing it is known when the last has gone.
///
/// Thread-safe: one atomic counter per stripe of threads; a thread comes and goes in one stripe.
final class PublishGate {

  private static final int STRIPES = 16;
  private static final int STRIDE = 16; // each on a cache line of its own

  private final AtomicIntegerArray inside = new AtomicIntegerArray(STRIPES * STRIDE);
  private volatile boolean closed;

  /// Whether the thread may publish; then it has to [#leave].
  boolean enter() {
    inside.incrementAndGet(stripe());
    if (closed) {
      leave();
      return false;
    }
    return true;
  }

  void leave() {
    inside.decrementAndGet(stripe());
  }

  private static int stripe() {
    return (int) (Thread.currentThread().threadId() % STRIPES) * STRIDE;
  }

  void close() {
    closed = true;
  }

  /// Whether nobody is inside. After closing it stays so: a stripe that was empty once since then
  /// lets nobody in.
  boolean isEmpty() {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      if (inside.get(stripe * STRIDE) != 0) {
        return false;
      }
    }
    return true;
  }
}
