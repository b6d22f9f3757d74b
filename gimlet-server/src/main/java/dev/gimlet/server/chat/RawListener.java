package dev.gimlet.server.chat;

import dev.gimlet.room.Room;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;

/// A member without a name: what it sends goes to all as it is, and it gets nothing else.
/// Immutable.
record RawListener(Room room) implements WebSocketListener {

  @Override
  public void onOpen(WebSocketConnection connection) {
    room.join(connection); // leaves by itself
  }

  @Override
  public void onMessage(WebSocketConnection connection, Message message) {
    var _ = room.publish(message); // one that fails is told to ServerEvents
  }
}
