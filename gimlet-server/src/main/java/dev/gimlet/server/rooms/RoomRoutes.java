package dev.gimlet.server.rooms;

import dev.gimlet.http.Context;
import dev.gimlet.http.HttpException;
import dev.gimlet.http.Router;
import dev.gimlet.room.Room;
import dev.gimlet.server.chat.ChatName;
import java.util.function.Function;

/// `GET /rooms/:name/events` to listen and `POST /rooms/:name` to publish. Immutable.
public final class RoomRoutes {

  private final Function<String, Room> rooms;
  private final ApiKeys keys;

  private RoomRoutes(Function<String, Room> rooms, ApiKeys keys) {
    this.rooms = rooms;
    this.keys = keys;
  }

  /// Adds the two routes, for whoever has one of these keys.
  public static void register(Router router, Function<String, Room> rooms, ApiKeys keys) {
    RoomRoutes routes = new RoomRoutes(rooms, keys);
    router
        .get("/rooms/:name/events", context -> EventsEndpoint.listen(context, routes.room(context)))
        .post("/rooms/:name", context -> PublishEndpoint.publish(context, routes.room(context)));
  }

  /// The room that the request names, if the request may use it.
  private Room room(Context context) {
    context.requireAdmittedOrigin();
    keys.require(context);
    try {
      return rooms.apply(ChatName.parse("room", context.pathParameter("name")).value());
    } catch (IllegalArgumentException malformed) {
      throw new HttpException(400, String.valueOf(malformed.getMessage()));
    }
  }
}
