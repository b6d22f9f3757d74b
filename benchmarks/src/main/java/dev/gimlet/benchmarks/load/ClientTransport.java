package dev.gimlet.benchmarks.load;

import dev.gimlet.server.load.LoadTransport;
import io.netty.channel.uring.IoUring;

/// How the load generator asks the kernel.
public enum ClientTransport {
  /// The cheapest that is available.
  AUTO,
  /// Completions: reads into shared buffers without a call for each, writes in batches. Cheaper,
  /// but containers often forbid it.
  IO_URING,
  /// Readiness, and a system call for each read and write.
  EPOLL;

  /// What this is on this machine: never [#AUTO].
  public ClientTransport here() {
    if (this != AUTO) {
      return this;
    }
    return IoUring.isAvailable() ? IO_URING : EPOLL;
  }

  LoadTransport make() {
    return switch (here()) {
      case EPOLL, AUTO -> LoadTransport.EPOLL;
      case IO_URING -> new IoUringTransport();
    };
  }
}
