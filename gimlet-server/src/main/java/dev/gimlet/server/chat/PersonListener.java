package dev.gimlet.server.chat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import org.jspecify.annotations.Nullable;

/// A member with a name: gets events, and says lines.
///
/// With the subprotocol `gimlet.chat` a line is JSON with an id; without it a text message is the
/// line. Owned by its connection's event loop.
final class PersonListener implements WebSocketListener {

  private final ChatRooms rooms;
  private final ChatTools tools;
  private final String roomName;
  private final String person;
  private @Nullable ChatRoom room; // null until the connection is open

  PersonListener(ChatRooms rooms, ChatTools tools, String roomName, String person) {
    this.rooms = rooms;
    this.tools = tools;
    this.roomName = roomName;
    this.person = person;
  }

  @Override
  public void onOpen(WebSocketConnection connection) {
    ChatRoom entered = rooms.acquire(roomName);
    room = entered;
    entered.join(connection, person);
  }

  @Override
  public void onMessage(WebSocketConnection connection, Message message) {
    switch (message) {
      case Text text -> say(connection, text);
      case Binary binary ->
          refuse(connection, "", "binary message of " + binary.size() + " bytes: send text");
    }
  }

  private void say(WebSocketConnection connection, Text text) {
    try {
      say(connection, line(connection, text));
    } catch (IllegalArgumentException e) {
      refuse(connection, "", String.valueOf(e.getMessage()));
    }
  }

  private void say(WebSocketConnection connection, Line line) {
    String fault = line.fault();
    if (!fault.isEmpty()) {
      refuse(connection, line.id(), fault);
    } else if (room != null) {
      room.say(connection, person, line);
    }
  }

  private Line line(WebSocketConnection connection, Text text) {
    return connection.subprotocol().isPresent()
        ? ChatJson.readLine(text)
        : new Line(tools.newId().get(), text.value());
  }

  private static void refuse(WebSocketConnection connection, String id, String error) {
    connection.send(ChatJson.encode(new ChatEvent.Refusal(id, error)));
  }

  @Override
  public void onClose(WebSocketConnection connection, CloseStatus status) {
    if (room != null) {
      room.leave(connection, person);
      rooms.release(room);
    }
  }
}
