package dev.gimlet.server.chat;

import dev.gimlet.http.Context;
import dev.gimlet.http.Handler;
import dev.gimlet.http.HttpException;
import dev.gimlet.room.Room;
import dev.gimlet.spi.Position;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.util.Optional;
import java.util.function.Function;

/// `/chat?room=NAME&name=NAME&since=POSITION`: checks all three, then opens a WebSocket into the
/// room.
///
/// The room is `lobby` unless given; without a name the member is a raw one. The rooms need history
/// and notices. Immutable.
public final class ChatEndpoint implements Handler {

  /// The subprotocol of the chat page: JSON with an id in both directions.
  public static final String SUBPROTOCOL = "gimlet.chat";

  private static final String DEFAULT_ROOM = "lobby";

  private final Function<String, Room> rooms;
  private final PeopleNews news = new PeopleNews();

  /// A door to these rooms.
  public ChatEndpoint(Function<String, Room> rooms) {
    this.rooms = rooms;
  }

  @Override
  public void handle(Context context) {
    WebSocketListener listener;
    try {
      listener = listener(context);
    } catch (IllegalArgumentException malformed) {
      throw new HttpException(400, String.valueOf(malformed.getMessage()));
    }
    WebSocketOptions options =
        context.webSocketOptions().toBuilder().subprotocols(SUBPROTOCOL).build();
    context.upgrade(options, listener);
  }

  private WebSocketListener listener(Context context) {
    Room room = rooms.apply(name("room", context).orElse(DEFAULT_ROOM));
    Optional<String> person = name("name", context);
    Optional<Position> since = context.queryParameter("since", Position::parse);
    return person.isPresent()
        ? new PersonListener(room, person.get(), since, news)
        : new RawListener(room);
  }

  private static Optional<String> name(String parameter, Context context) {
    return context.queryParameter(parameter).map(text -> ChatName.parse(parameter, text).value());
  }
}
