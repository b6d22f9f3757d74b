package dev.gimlet.transport;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/// Counts the messages of one connection that were dropped, and which of them were told.
///
/// Thread-safe: one atomic number, negative once it is final; telling belongs to the event loop.
final class DroppedMessages {

  private static final AtomicLongFieldUpdater<DroppedMessages> COUNT =
      AtomicLongFieldUpdater.newUpdater(DroppedMessages.class, "count");

  // So that a slow consumer is told about at most once a second.
  private static final int PAUSE_TICKS = (int) (1000 / HomeLoop.TICK_MILLIS);

  private volatile long count; // its complement once final
  private long told;
  private int mayTellAt; // a tick

  /// Counts further messages; false when the last count was told, and nothing is dropped any more.
  boolean add(long messages) {
    long before;
    do {
      before = count;
      if (before < 0) {
        return false;
      }
    } while (!COUNT.compareAndSet(this, before, before + messages));
    return true;
  }

  long total() {
    long known = count;
    return known < 0 ? ~known : known;
  }

  /// The messages to tell about now: none when there are none, or some were told a moment ago.
  long takeUntold(int now) {
    long total = total();
    if (total == told || now < mayTellAt) {
      return 0;
    }
    mayTellAt = now + PAUSE_TICKS;
    return take(total);
  }

  /// The last messages to tell about; from now on nothing is counted.
  long finish() {
    return take(COUNT.getAndUpdate(this, before -> before < 0 ? before : ~before));
  }

  private long take(long number) {
    long total = number < 0 ? ~number : number;
    long untold = total - told;
    told = total;
    return untold;
  }
}
