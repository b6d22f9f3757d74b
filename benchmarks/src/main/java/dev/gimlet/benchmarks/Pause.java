package dev.gimlet.benchmarks;

import java.time.Duration;

/// Waiting, for a command that nobody interrupts but by ending it.
final class Pause {

  private Pause() {}

  static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException interrupted) {
      throw stopped(interrupted);
    }
  }

  /// False when the process has not ended in time.
  static boolean untilEnd(Process process, Duration atMost) {
    try {
      return process.waitFor(atMost);
    } catch (InterruptedException interrupted) {
      throw stopped(interrupted);
    }
  }

  private static IllegalStateException stopped(InterruptedException interrupted) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("stopped while waiting", interrupted);
  }
}
