package dev.gimlet.benchmarks.servers;

import dev.gimlet.room.Room;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;

/// Sends what a connection sends to all in the room.
public record RoomListener(Room room) implements WebSocketListener {

  @Override
  public void onOpen(WebSocketConnection connection) {
    room.join(connection);
  }

  @Override
  public void onMessage(WebSocketConnection connection, Message message) {
    room.publish(message);
  }
}
