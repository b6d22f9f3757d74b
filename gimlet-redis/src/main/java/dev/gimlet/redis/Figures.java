package dev.gimlet.redis;

import java.util.concurrent.atomic.LongAdder;

/// What has been counted since the start. Thread-safe: adders.
final class Figures {

  private final LongAdder published = new LongAdder();
  private final LongAdder failed = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder unreadable = new LongAdder();
  final LongAdder lost = new LongAdder();
  final LongAdder attempts = new LongAdder();
  final LongAdder overflows = new LongAdder();

  void countPublish(boolean isTaken) {
    (isTaken ? published : failed).increment();
  }

  RedisFigures now(int pending) {
    return new RedisFigures(
        published.sum(),
        failed.sum(),
        received.sum(),
        lost.sum(),
        unreadable.sum(),
        attempts.sum(),
        overflows.sum(),
        pending);
  }
}
