package dev.gimlet.transport;

import java.util.ArrayList;
import java.util.List;

/// Connections that have little to write: their sockets get it one right after the other.
///
/// Where nothing else is done in between, what the kernel needs for the next socket is still in the
/// processor's cache, and what is needed here for the next connection, too. Owned by its event
/// loop.
final class WriteRound {

  /// The most connections of a round.
  static final int MOST = 16;

  private final List<NettyWebSocketConnection> connections = new ArrayList<>(MOST);
  private boolean flushing;

  /// Takes a connection, which is flushed with the others; false when it has to be by itself.
  boolean take(NettyWebSocketConnection connection) {
    if (flushing || !connection.outbound().hasLittle()) {
      return false;
    }
    connections.add(connection);
    if (connections.size() == MOST) {
      flush();
    }
    return true;
  }

  /// Flushes all that were taken.
  void flush() {
    if (flushing || connections.isEmpty()) { // flushing: by a program that was told of it
      return;
    }
    flushing = true;
    try {
      for (NettyWebSocketConnection each : connections) {
        HomeLoop.step(each, WriteRound::giveToSocket);
      }
      for (NettyWebSocketConnection each : connections) {
        HomeLoop.step(each, HomeLoop::flush);
      }
    } finally {
      connections.clear();
      flushing = false;
    }
  }

  private static void giveToSocket(NettyWebSocketConnection connection) {
    connection.outbound().giveToSocket();
  }
}
