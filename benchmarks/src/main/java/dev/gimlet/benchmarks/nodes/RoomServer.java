package dev.gimlet.benchmarks.nodes;

import dev.gimlet.Gimlet;
import dev.gimlet.ServerOptions;
import dev.gimlet.benchmarks.servers.RoomListener;
import dev.gimlet.redis.RedisBroker;
import dev.gimlet.room.RoomOptions;
import java.time.Duration;

/// One node: `/room` sends every message to everyone who is there, on any node.
///
/// Its arguments are the size of the history, 0 for none, and the address of Redis, absent for a
/// node alone.
final class RoomServer {

  private static final Duration AGE = Duration.ofMinutes(10);

  private RoomServer() {}

  public static void main(String[] arguments) throws InterruptedException {
    ServerOptions.Builder options = ServerOptions.builder().host("127.0.0.1").eventLoops(1);
    if (arguments.length > 1) {
      options.broker(RedisBroker.connect(arguments[1]));
    }
    Gimlet app = Gimlet.bare(options.build());
    int history = Integer.parseInt(arguments[0]);
    if (history > 0) {
      app.rooms("*", RoomOptions.builder().history(history, AGE).build());
    }
    app.ws("/room", new RoomListener(app.room("all")));
    app.get("/ready", context -> context.status(app.isBrokerReady() ? 200 : 503).text(""));
    System.out.println(app.start(0).port());
    Thread.currentThread().join();
  }
}
