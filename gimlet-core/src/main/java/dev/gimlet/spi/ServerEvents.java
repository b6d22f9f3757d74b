package dev.gimlet.spi;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Instant;

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

  /// A TLS handshake failed, or took too long; the connection is being closed. Told at most once
  /// for a connection.
  default void tlsFailed(SocketAddress peer, String reason) {}

  /// New connections get this certificate from now on; told at the start, and after its files have
  /// changed. It may have expired: it is served all the same.
  default void certificateLoaded(Path file, Instant expiry) {}

  /// The files of the certificate have changed and cannot be used; the one before stays. Told once
  /// for each reason.
  default void certificateUnusable(Path file, String reason) {}

  /// Connections could not be accepted, for want of file descriptors as a rule.
  ///
  /// Accepting pauses for a second and then goes on; told at most once a minute.
  default void acceptFailed(String reason) {}

  /// A peer reads more slowly than it is sent to, and messages for it were dropped, as the policy of
  /// its endpoint says.
  ///
  /// Told on its event loop at most once a second for a connection, with the number of messages
  /// since the last time; the last ones are told before [#closed]. Where the connection is closed
  /// for it, once and for one message.
  default void slowConsumer(
      WebSocketConnection connection, SlowConsumerPolicy policy, long messages) {}
}
