package dev.gimlet.server;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets a command finish in order before Ctrl-C ends the process: it says what it knows, or closes.
///
/// Thread-safe: a volatile flag and a latch.
final class Interruption implements AutoCloseable {

  private static final Duration TO_FINISH = Duration.ofSeconds(10); // more than all steps of bench

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Runnable whenAsked;
  private final Thread hook = new Thread(this::await, "gimlet-finish");
  private volatile boolean asked;

  private Interruption(Runnable whenAsked) {
    this.whenAsked = whenAsked;
  }

  /// Begins to listen for Ctrl-C and SIGTERM; then calls back on a thread of its own.
  static Interruption watch(Runnable whenAsked) {
    Interruption interruption = new Interruption(whenAsked);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /// Whether the process is to end.
  boolean isAsked() {
    return asked;
  }

  private void await() {
    asked = true;
    whenAsked.run();
    try {
      finished.await(TO_FINISH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// All is said and done.
  @Override
  public void close() {
    finished.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        return; // the process is ending, and the hook has nothing left to wait for
      }
    }
  }
}
