package dev.gimlet.transport;

import dev.gimlet.entrance.ConnectionTable;
import dev.gimlet.entrance.Seat;
import dev.gimlet.websocket.WebSocketConnection;

/// Where a WebSocket is counted while it is open; called on its event loop.
interface Registration {

  /// Nowhere, as connections that this side opened.
  Registration NONE =
      new Registration() {
        @Override
        public void enter(WebSocketConnection connection) {}

        @Override
        public void leave(WebSocketConnection connection) {}
      };

  void enter(WebSocketConnection connection);

  /// The connection is closed; called once.
  void leave(WebSocketConnection connection);

  /// In the table of a server's connections, and by its [Seat]. Immutable.
  record Seated(ConnectionTable connections, Seat seat) implements Registration {
    @Override
    public void enter(WebSocketConnection connection) {
      connections.add(connection);
    }

    @Override
    public void leave(WebSocketConnection connection) {
      connections.remove(connection);
      seat.leave();
    }
  }
}
