package dev.gimlet.room;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// An event loop that runs a task when it is told to. One thread only.
final class ManualLoop implements Executor {

  private final Queue<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  int waiting() {
    return tasks.size();
  }

  void runOne() {
    tasks.remove().run();
  }

  void runAll() {
    while (!tasks.isEmpty()) {
      runOne();
    }
  }
}
