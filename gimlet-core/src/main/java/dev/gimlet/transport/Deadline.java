package dev.gimlet.transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One moment by which something must have happened, moved often and missed rarely.
///
/// Moving it to a later moment costs a field: the one timer behind it runs on, looks at the field
/// when it fires, and then waits for the rest.
///
/// Owned by its event loop.
final class Deadline {
  private static final long NONE = Long.MAX_VALUE;

  private final EventLoop loop;
  private final LongSupplier nanoTime;
  private final Runnable missed;
  private @Nullable Future<?> timer;
  private long timerNanos; // when the timer fires
  private long deadlineNanos = NONE;

  Deadline(EventLoop loop, LongSupplier nanoTime, Runnable missed) {
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.missed = missed;
  }

  /// Counts from now, in the place of what was set before.
  void set(Duration duration) {
    assert loop.inEventLoop();
    long now = nanoTime.getAsLong();
    deadlineNanos = now + duration.toNanos();
    if (timer != null && deadlineNanos - timerNanos < 0) {
      timer.cancel(false);
      timer = null;
    }
    if (timer == null) {
      schedule(now);
    }
  }

  /// Nothing must happen any more; the timer may still fire once, without effect.
  void clear() {
    assert loop.inEventLoop();
    deadlineNanos = NONE;
  }

  /// Ends the timer: the connection is gone.
  void cancel() {
    clear();
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void schedule(long now) {
    timerNanos = deadlineNanos;
    timer = loop.schedule(this::look, deadlineNanos - now, TimeUnit.NANOSECONDS);
  }

  private void look() {
    timer = null;
    if (deadlineNanos == NONE) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (deadlineNanos - now > 0) {
      schedule(now);
    } else {
      deadlineNanos = NONE;
      missed.run();
    }
  }
}
