package dev.gimlet.transport;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections of a server keep their compressors from one message to the next.
///
/// Each holds some 300 KiB of native memory, which a stranger must not be able to multiply.
/// Thread-safe: one atomic number.
final class TakeoverLimit {

  private final int most;
  private final AtomicInteger admitted = new AtomicInteger();

  TakeoverLimit(int most) {
    this.most = most;
  }

  /// Whether this connection may be one of them; if so it counts until it is closed.
  boolean admit(Channel channel) {
    if (admitted.incrementAndGet() > most) {
      admitted.decrementAndGet();
      return false;
    }
    channel.closeFuture().addListener(_ -> admitted.decrementAndGet());
    return true;
  }
}
