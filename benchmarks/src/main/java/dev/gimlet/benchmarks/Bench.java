package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.DeliveryTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// Measures one server with one case. Immutable.
///
/// @param logs the folder for what servers print
record Bench(Conditions conditions, Generator generator, Path logs) {
  private static final int WARMUP_CONNECTIONS = 1_000;
  private static final int FEW_DESCRIPTORS = 200; // of a server without connections

  /// Longer than a JVM takes to give back what its compilers worked with: 5 s to find it, 10 s to
  /// the next time it looks.
  private static final Duration SETTLE = Duration.ofSeconds(16);

  private static final Duration COLLECTING = Duration.ofSeconds(2);

  /// Makes sure that the server does what it should.
  void check(Peer peer, Case which) throws Exception {
    try (ServerProcess server = start(peer, which)) {
      EchoCheck.run(server, which);
    }
  }

  /// A server that waits for its turns of a load.
  Contestant contestant(Peer peer, Case which) throws IOException {
    ServerProcess server = start(peer, which);
    try {
      return new Contestant(peer, server, generator.turns(server, which));
    } catch (IOException failure) {
      server.close();
      throw failure;
    }
  }

  /// How long a delivery takes while all members read, and while some do not.
  Stall stall(Peer peer, Case which) throws IOException {
    return new Stall(deliveryTime(peer, which, 0), deliveryTime(peer, which, which.stalled()));
  }

  private DeliveryTime deliveryTime(Peer peer, Case which, int stalled) throws IOException {
    try (ServerProcess server = start(peer, which)) {
      return generator.deliveryTime(server, which, stalled);
    }
  }

  /// Memory of idle connections, after as many as warm it up have come and gone.
  Footprint memory(Peer peer, Case which) throws IOException {
    try (ServerProcess server = start(peer, which)) {
      int connections = which.connections();
      generator.idle(server, Math.min(WARMUP_CONNECTIONS, connections)).close();
      awaitNoConnections(server);
      Pause.of(SETTLE);
      long empty = collected(server);
      try (Generator.Idle _ = generator.idle(server, connections)) {
        Pause.of(SETTLE);
        long full = server.residentKib();
        return Footprint.of(empty, full, collected(server), connections);
      }
    }
  }

  private ServerProcess start(Peer peer, Case which) throws IOException {
    return ServerProcess.start(peer, which, conditions.serverCore(), logs);
  }

  private static long collected(ServerProcess server) throws IOException {
    server.collectGarbage();
    Pause.of(COLLECTING);
    server.collectGarbage();
    return server.residentKib();
  }

  private static void awaitNoConnections(ServerProcess server) throws IOException {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
    while (server.descriptors() > FEW_DESCRIPTORS && Instant.now().isBefore(deadline)) {
      Pause.of(Duration.ofMillis(50));
    }
  }
}
