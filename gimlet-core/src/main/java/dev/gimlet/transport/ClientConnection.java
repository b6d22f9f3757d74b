package dev.gimlet.transport;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;

/// A WebSocket that this side opened, as its [ClientOwner] sees it.
///
/// Thread-safe: every method may be called from any thread, none blocks.
public interface ClientConnection extends WebSocketConnection {

  /// Whether the outbox takes this message now; if not, [#send(Message)] answers
  /// [SendResult#DROPPED][dev.gimlet.websocket.SendResult#DROPPED] and the connection stays open.
  boolean hasRoomFor(Message message);

  /// Sends a ping with a payload of at most 125 bytes, which is not copied, even when the outbox is
  /// full; to be called at most once for each message.
  void ping(byte[] payload);

  /// Goes on reading if the owner was not ready for messages.
  void resume();
}
