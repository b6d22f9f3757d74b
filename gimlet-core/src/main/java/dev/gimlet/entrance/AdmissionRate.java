package dev.gimlet.entrance;

import dev.gimlet.websocket.RateLimit;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How many new WebSockets are let in at once and per second.
///
/// Thread-safe: one lock, this object.
final class AdmissionRate {
  private static final int TICKS_PER_SECOND = 10;
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1) / TICKS_PER_SECOND;

  private final LongSupplier nanoTime;
  private final long startNanos;
  private final TokenBucket bucket; // guarded by this

  AdmissionRate(RateLimit limit, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    startNanos = nanoTime.getAsLong();
    bucket = new TokenBucket(limit, TICKS_PER_SECOND, 0);
  }

  /// Lets one in, if it is its time.
  synchronized boolean admit() {
    return bucket.take(1, (int) ((nanoTime.getAsLong() - startNanos) / TICK_NANOS));
  }
}
