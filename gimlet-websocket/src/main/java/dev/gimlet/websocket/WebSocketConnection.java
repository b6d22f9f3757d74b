package dev.gimlet.websocket;

import java.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// One WebSocket, from the 101 response until it is closed.
///
/// Thread-safe: every method may be called from any thread, none blocks. Messages leave in the
/// order in which one thread sent them.
public interface WebSocketConnection {

  /// A number that no other connection of this process has had.
  long id();

  /// Sends a message.
  ///
  /// It waits in the outbox, whose limit in bytes is [WebSocketOptions#outboxBytes()]. What happens
  /// beyond it says the [SlowConsumerPolicy]; by default the connection is closed with 1008. The
  /// answer tells what became of the message; nothing is thrown because of the peer or of others
  /// who send.
  SendResult send(Message message);

  /// Sends a message that replaces a waiting one with the same key, where the policy is
  /// [SlowConsumerPolicy#LATEST_PER_KEY]; with other policies the key means nothing.
  default SendResult send(Message message, String key) {
    Objects.requireNonNull(key, "key");
    return send(message);
  }

  /// Sends a text message.
  default SendResult send(String text) {
    return send(Text.of(Objects.requireNonNull(text, "text")));
  }

  /// Sends a binary message with a copy of the bytes.
  default SendResult send(byte[] payload) {
    return send(Binary.of(Objects.requireNonNull(payload, "payload")));
  }

  /// Sends a message that was encoded before: the same bytes serve any number of connections.
  SendResult send(PreparedMessage message);

  /// Sends a ping with an empty payload; heartbeats are sent without this (RFC 6455 §5.5.2). Left
  /// out while the outbox is full, [WebSocketOptions.Builder#outboxBytes].
  void ping();

  /// Starts the closing handshake with 1000; what was sent before still leaves first.
  default void close() {
    close(CloseStatus.NORMAL_CLOSURE);
  }

  /// Starts the closing handshake with a code and a reason of at most 123 bytes.
  ///
  /// @throws IllegalArgumentException when the code may not be sent, see [CloseStatus#of]
  default void close(int code, String reason) {
    close(CloseStatus.of(code, reason));
  }

  /// Starts the closing handshake; closing again does nothing (RFC 6455 §7.1.2).
  ///
  /// What was sent before leaves first, as long as the peer takes some of it within each
  /// [WebSocketOptions#closeTimeout()]. If it does not, or does not answer in that time, the
  /// connection is cut, and a close with 1000 or 1001 is told as 1006 (RFC 6455 §7.1.5).
  ///
  /// @throws IllegalArgumentException when the code may not be sent, see [CloseStatus#of]
  void close(CloseStatus status);

  /// Whether messages can still be sent: no close was started by either side, and the transport has
  /// not ended.
  boolean isOpen();

  /// How the connection ended; empty until it is closed.
  Optional<CloseStatus> closeStatus();

  /// Runs the callback once when the connection is closed, or at once when it already is.
  ///
  /// It runs on the connection's event loop: it must not block.
  void whenClosed(Consumer<CloseStatus> callback);

  /// What has gone through this connection until now.
  ///
  /// The numbers are kept by the event loop and read without waiting for it: those of another
  /// thread's last turn may be missing.
  ConnectionStatistics statistics();

  /// The subprotocol both sides agreed on (RFC 6455 §1.9).
  Optional<String> subprotocol();

  /// The address of the client: the peer's, or on a server what trusted proxies tell of the client
  /// they speak for.
  SocketAddress remoteAddress();

  /// Who the peer is, as the program said before the upgrade; empty when it said nothing.
  Optional<String> user();

  /// Runs tasks on the connection's event loop, where listeners are called: they must not block.
  ///
  /// Connections of one event loop answer the same executor. A task given after the server has gone
  /// is thrown away.
  Executor eventLoop();

  /// A value that the program keeps with the connection; on a server also what it kept with the
  /// request before the upgrade.
  <T> Optional<T> attribute(String name, Class<T> type);

  /// Keeps a value with the connection, until it is closed and forgotten.
  void attribute(String name, Object value);
}
