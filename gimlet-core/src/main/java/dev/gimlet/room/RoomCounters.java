package dev.gimlet.room;

import java.util.concurrent.atomic.LongAdder;

/// Counts what rooms do. Thread-safe: adders.
final class RoomCounters {

  private final LongAdder members = new LongAdder();
  private final LongAdder publications = new LongAdder();
  private final LongAdder deliveries = new LongAdder();

  void joined() {
    members.increment();
  }

  void left() {
    members.decrement();
  }

  void published() {
    publications.increment();
  }

  void delivered(long count) {
    deliveries.add(count);
  }

  RoomCounts counts(long rooms, long waitingBytes) {
    return new RoomCounts(rooms, members.sum(), publications.sum(), deliveries.sum(), waitingBytes);
  }
}
