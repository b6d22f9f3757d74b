package dev.gimlet.client;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import java.util.Objects;
import java.util.Optional;

/// What a program holds of a server: one WebSocket after the other.
///
/// Thread-safe: every method may be called from any thread, none blocks.
public interface ClientLink extends AutoCloseable {

  /// Sends a message now, or queues it, as the [OfflinePolicy] says.
  ///
  /// Messages leave in the order in which one thread sent them, across connections too.
  SendOutcome send(Message message);

  /// Sends a text message.
  default SendOutcome send(String text) {
    return send(Text.of(Objects.requireNonNull(text, "text")));
  }

  /// Sends a binary message with a copy of the bytes.
  default SendOutcome send(byte[] payload) {
    return send(Binary.of(Objects.requireNonNull(payload, "payload")));
  }

  /// The connection that is open now.
  Optional<WebSocketConnection> connection();

  /// Whether a connection is open.
  default boolean isOpen() {
    return connection().isPresent();
  }

  /// Does not wait any longer before the next try: the network is back, the user has clicked.
  void retryNow();

  /// Ends the link with 1000; what was sent before leaves first if there is a connection.
  @Override
  default void close() {
    close(CloseStatus.NORMAL_CLOSURE);
  }

  /// Ends the link; a connection is closed with this status. Closing again does nothing.
  ///
  /// @throws IllegalArgumentException when the code may not be sent, see [CloseStatus#of]
  void close(CloseStatus status);
}
