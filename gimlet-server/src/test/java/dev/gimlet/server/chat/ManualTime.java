package dev.gimlet.server.chat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/// A clock and a timer that stand still until told. One thread only.
final class ManualTime implements InstantSource {

  private record Due(Instant at, long order, Runnable action) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::order));
  private Instant now = Instant.ofEpochMilli(1_000_000);
  private long scheduled;

  void pass(Duration time) {
    Instant until = now.plus(time);
    while (!due.isEmpty() && !due.peek().at().isAfter(until)) {
      Due next = due.remove();
      now = next.at();
      next.action().run();
    }
    now = until;
  }

  void after(Duration delay, Runnable action) {
    due.add(new Due(now.plus(delay), scheduled++, action));
  }

  @Override
  public Instant instant() {
    return now;
  }
}
