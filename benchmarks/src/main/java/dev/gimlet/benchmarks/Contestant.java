package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.Measurement;
import java.io.IOException;

/// A server and the load that it gets when it is its turn. Owned by the main thread.
record Contestant(Peer peer, ServerProcess server, Generator.Turns turns) implements AutoCloseable {

  /// Messages or deliveries, for that many seconds.
  Measurement turn(double seconds) throws IOException {
    return turns.next(seconds);
  }

  @Override
  public void close() throws IOException {
    try (server) {
      turns.close();
    }
  }
}
