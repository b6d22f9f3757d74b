package dev.gimlet.spi;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.SocketAddress;

/// What happens in a server, for logs and metrics; every method does nothing by default.
///
/// Called on event loops and virtual threads, several at once: implementations are thread-safe and
/// never block. What they throw is swallowed.
public interface ServerEvents {

  /// No listener.
  ServerEvents NONE = new ServerEvents() {};

  /// A WebSocket is open.
  default void opened(WebSocketConnection connection) {}

  /// A WebSocket is closed; told exactly once for each that was opened.
  default void closed(WebSocketConnection connection, CloseStatus status) {}

  /// An opening handshake was refused with this status.
  default void refused(SocketAddress peer, int status, String reason) {}

  /// A program's handler, listener or middleware threw; the peer got 1011 or 500.
  default void handlerFailed(String where, Throwable failure) {}

  /// The outbox of a connection was full; the connection is being closed.
  default void overflowed(WebSocketConnection connection) {}
}
