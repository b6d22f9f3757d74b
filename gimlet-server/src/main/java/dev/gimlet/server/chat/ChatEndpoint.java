package dev.gimlet.server.chat;

import dev.gimlet.http.Context;
import dev.gimlet.http.Handler;
import dev.gimlet.http.HttpException;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.util.Optional;

/// `/chat?room=NAME&name=NAME`: checks both names, then opens a WebSocket into the room.
///
/// The room is `lobby` unless given; without a name the member is a raw one. Immutable.
public final class ChatEndpoint implements Handler {

  /// The subprotocol of the chat page: JSON with an id in both directions.
  public static final String SUBPROTOCOL = "gimlet.chat";

  private static final String DEFAULT_ROOM = "lobby";

  private final ChatRooms rooms;
  private final ChatTools tools;

  /// An endpoint with rooms of its own.
  public ChatEndpoint(ChatTools tools) {
    this.rooms = new ChatRooms(tools);
    this.tools = tools;
  }

  @Override
  public void handle(Context context) {
    String room = name("room", context).orElse(DEFAULT_ROOM);
    Optional<String> person = name("name", context);
    WebSocketOptions options =
        context.webSocketOptions().toBuilder().subprotocols(SUBPROTOCOL).build();
    context.upgrade(options, listener(room, person));
  }

  private WebSocketListener listener(String room, Optional<String> person) {
    return person.isPresent()
        ? new PersonListener(rooms, tools, room, person.get())
        : new RawListener(rooms, room);
  }

  private static Optional<String> name(String parameter, Context context) {
    try {
      return context.queryParameter(parameter).map(text -> ChatName.parse(parameter, text).value());
    } catch (IllegalArgumentException e) {
      throw new HttpException(400, String.valueOf(e.getMessage()));
    }
  }
}
