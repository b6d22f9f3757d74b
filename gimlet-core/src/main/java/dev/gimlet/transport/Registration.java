package dev.gimlet.transport;

import dev.gimlet.websocket.WebSocketConnection;

/// A WebSocket's entry in the table of connections, and its [Seat]. Immutable.
record Registration(ConnectionTable connections, Seat seat) {
  void enter(WebSocketConnection connection) {
    connections.add(connection);
  }

  /// The connection is closed; called once.
  void leave(WebSocketConnection connection) {
    connections.remove(connection);
    seat.leave();
  }
}
