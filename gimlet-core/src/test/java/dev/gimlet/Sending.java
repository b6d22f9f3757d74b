package dev.gimlet;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A thread that sends the same frame over and over, as fast as it is taken.
///
/// Thread-safe: an atomic number and a future.
final class Sending {
  private static final long STANDSTILL_MILLIS = 500;

  private final AtomicInteger sent = new AtomicInteger();
  private final CompletableFuture<Void> done;

  private Sending(RawWebSocket webSocket, byte[] frame, int count) {
    done = CompletableFuture.runAsync(() -> send(webSocket, frame, count));
  }

  static Sending start(RawWebSocket webSocket, byte[] frame, int count) {
    return new Sending(webSocket, frame, count);
  }

  private void send(RawWebSocket webSocket, byte[] frame, int count) {
    try {
      for (int i = 0; i < count; i++) {
        webSocket.write(frame);
        sent.incrementAndGet();
      }
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  int sent() {
    return sent.get();
  }

  /// Waits until nothing has been taken for a while, or everything has.
  void awaitStandstill() throws InterruptedException {
    int before = -1;
    while (!done.isDone() && (before < 1 || before != sent())) {
      before = sent();
      TimeUnit.MILLISECONDS.sleep(STANDSTILL_MILLIS); // nothing tells that nothing happens
    }
  }

  void join() throws Exception {
    done.get(10, TimeUnit.SECONDS);
  }
}
