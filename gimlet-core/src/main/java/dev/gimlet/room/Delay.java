package dev.gimlet.room;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs something later, once, on any thread; never at once.
@FunctionalInterface
interface Delay {

  /// By the timer that the JDK has for its futures.
  Delay SYSTEM =
      (time, task) ->
          CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS).execute(task);

  void after(Duration time, Runnable task);
}
