package dev.gimlet.server.chat;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import org.jspecify.annotations.Nullable;

/// A member without a name: what it sends goes to all as it is, and it gets nothing else.
///
/// Owned by its connection's event loop.
final class RawListener implements WebSocketListener {

  private final ChatRooms rooms;
  private final String roomName;
  private @Nullable ChatRoom room; // null until the connection is open

  RawListener(ChatRooms rooms, String roomName) {
    this.rooms = rooms;
    this.roomName = roomName;
  }

  @Override
  public void onOpen(WebSocketConnection connection) {
    ChatRoom entered = rooms.acquire(roomName);
    room = entered;
    entered.joinRaw(connection);
  }

  @Override
  public void onMessage(WebSocketConnection connection, Message message) {
    if (room != null) {
      room.publishRaw(message);
    }
  }

  @Override
  public void onClose(WebSocketConnection connection, CloseStatus status) {
    if (room != null) {
      room.leaveRaw(connection);
      rooms.release(room);
    }
  }
}
