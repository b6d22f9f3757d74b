package dev.gimlet.websocket;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.BiConsumer;

/// A [WebSocketListener] made of lambdas. Immutable: each method gives a new one.
///
/// ```java
/// WebSocketListener.onMessage((connection, message) -> connection.send(message))
///     .andOnClose((connection, status) -> log(status));
/// ```
public final class WebSocketCallbacks implements WebSocketListener {

  private final BiConsumer<WebSocketConnection, Message> message;
  private final BiConsumer<WebSocketConnection, ByteBuffer> ping;
  private final BiConsumer<WebSocketConnection, ByteBuffer> pong;
  private final BiConsumer<WebSocketConnection, CloseStatus> close;

  private WebSocketCallbacks(
      BiConsumer<WebSocketConnection, Message> message,
      BiConsumer<WebSocketConnection, ByteBuffer> ping,
      BiConsumer<WebSocketConnection, ByteBuffer> pong,
      BiConsumer<WebSocketConnection, CloseStatus> close) {
    this.message = Objects.requireNonNull(message, "callback");
    this.ping = Objects.requireNonNull(ping, "callback");
    this.pong = Objects.requireNonNull(pong, "callback");
    this.close = Objects.requireNonNull(close, "callback");
  }

  static WebSocketCallbacks of(BiConsumer<WebSocketConnection, Message> message) {
    return new WebSocketCallbacks(message, (_, _) -> {}, (_, _) -> {}, (_, _) -> {});
  }

  /// The same, with a callback for pings; see [WebSocketListener#onPing].
  public WebSocketCallbacks andOnPing(BiConsumer<WebSocketConnection, ByteBuffer> callback) {
    return new WebSocketCallbacks(message, callback, pong, close);
  }

  /// The same, with a callback for pongs; see [WebSocketListener#onPong].
  public WebSocketCallbacks andOnPong(BiConsumer<WebSocketConnection, ByteBuffer> callback) {
    return new WebSocketCallbacks(message, ping, callback, close);
  }

  /// The same, with a callback for the end; see [WebSocketListener#onClose].
  public WebSocketCallbacks andOnClose(BiConsumer<WebSocketConnection, CloseStatus> callback) {
    return new WebSocketCallbacks(message, ping, pong, callback);
  }

  @Override
  public void onMessage(WebSocketConnection connection, Message received) {
    message.accept(connection, received);
  }

  @Override
  public void onPing(WebSocketConnection connection, ByteBuffer payload) {
    ping.accept(connection, payload);
  }

  @Override
  public void onPong(WebSocketConnection connection, ByteBuffer payload) {
    pong.accept(connection, payload);
  }

  @Override
  public void onClose(WebSocketConnection connection, CloseStatus status) {
    close.accept(connection, status);
  }
}
