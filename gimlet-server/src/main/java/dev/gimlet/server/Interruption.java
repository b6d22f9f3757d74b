package dev.gimlet.server;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets a command say what it knows before Ctrl-C ends the process.
///
/// Thread-safe: a volatile flag and a latch.
final class Interruption implements AutoCloseable {

  private static final Duration TO_REPORT = Duration.ofSeconds(5);

  private final CountDownLatch reported = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "gimlet-report");
  private volatile boolean asked;

  private Interruption() {}

  /// Begins to listen for Ctrl-C and SIGTERM.
  static Interruption watch() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /// Whether the process is to end.
  boolean isAsked() {
    return asked;
  }

  private void await() {
    asked = true;
    try {
      reported.await(TO_REPORT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// All is said.
  @Override
  public void close() {
    reported.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        return; // the process is ending, and the hook has nothing left to wait for
      }
    }
  }
}
