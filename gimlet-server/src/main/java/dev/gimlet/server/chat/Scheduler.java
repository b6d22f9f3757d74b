package dev.gimlet.server.chat;

import java.time.Duration;

/// Runs something later, on any thread; must not run it at once, and must not block.
@FunctionalInterface
public interface Scheduler {

  /// Runs the action once after the delay.
  void after(Duration delay, Runnable action);
}
