package dev.gimlet.server;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.redis.RedisBroker;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.server.rooms.ApiKeys;
import dev.gimlet.server.rooms.RoomRoutes;
import java.time.Duration;

/// A node of a test: rooms through Redis, which remember and say who is there.
///
/// Its arguments are the address of Redis, the size of a history, and the seconds that presence
/// outlives a node.
final class RoomNode {

  private RoomNode() {}

  public static void main(String[] arguments) throws Exception {
    RedisBroker broker =
        RedisBroker.builder(arguments[0])
            .presenceTtl(Duration.ofSeconds(Integer.parseInt(arguments[2])))
            .build();
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").broker(broker).build());
    int history = Integer.parseInt(arguments[1]);
    app.rooms(
        "*", RoomOptions.builder().history(history, Duration.ofMinutes(30)).presence().build());
    RoomRoutes.register(app, app::room, ApiKeys.NONE);
    RunningServer server = app.start(0);
    System.out.println("http://127.0.0.1:" + server.port());
    Thread.currentThread().join();
  }
}
