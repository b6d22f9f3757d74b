package dev.gimlet.benchmarks.servers;

import dev.gimlet.Gimlet;
import dev.gimlet.room.Room;
import dev.gimlet.websocket.Message;

/// Gimlet in loop style: a virtual thread for each connection.
final class GimletLoop {

  private GimletLoop() {}

  static void start(int port) {
    Gimlet app = GimletEvent.bare();
    Room room = app.room("all");
    app.ws(
        "/echo",
        connection -> {
          for (Message message : connection) {
            connection.send(message);
          }
        });
    app.ws(
        "/room",
        connection -> {
          room.join(connection);
          for (Message message : connection) {
            room.publish(message);
          }
        });
    app.start(port);
  }
}
