package dev.gimlet.room;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/// A timer whose time passes when it is told to. One thread only.
final class ManualDelay implements Delay {

  private record Due(long atNanos, long order, Runnable task) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::order));
  private long nowNanos;
  private long given;

  @Override
  public void after(Duration time, Runnable task) {
    due.add(new Due(nowNanos + time.toNanos(), given, task));
    given++;
  }

  int waiting() {
    return due.size();
  }

  void pass(Duration time) {
    long until = nowNanos + time.toNanos();
    while (!due.isEmpty() && due.peek().atNanos <= until) {
      Due next = due.remove();
      nowNanos = next.atNanos;
      next.task.run();
    }
    nowNanos = until;
  }
}
