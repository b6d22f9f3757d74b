package dev.gimlet.websocket;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;

/// Event style: callbacks on the connection's event loop.
///
/// A callback must never block: it holds up every other connection of its loop. What it sends
/// leaves once the callbacks for all that was read together have returned: at most 64 KiB, of up to
/// 16 connections. Callbacks of one connection never overlap. One that throws closes its connection
/// with 1011; the text of the exception never reaches the peer.
public interface WebSocketListener {

  /// A listener that takes messages; further callbacks may be added to it.
  static WebSocketCallbacks onMessage(BiConsumer<WebSocketConnection, Message> callback) {
    return WebSocketCallbacks.of(callback);
  }

  /// The connection is open; nothing has been received yet.
  default void onOpen(WebSocketConnection connection) {}

  /// A complete message was received.
  default void onMessage(WebSocketConnection connection, Message message) {}

  /// A ping was received; its pong has already been queued (RFC 6455 §5.5.2).
  default void onPing(WebSocketConnection connection, ByteBuffer payload) {}

  /// A pong was received, asked for or not (RFC 6455 §5.5.3).
  default void onPong(WebSocketConnection connection, ByteBuffer payload) {}

  /// The connection is closed; the last callback, called exactly once.
  default void onClose(WebSocketConnection connection, CloseStatus status) {}
}
