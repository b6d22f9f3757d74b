package dev.gimlet;

import dev.gimlet.websocket.Message;
import java.util.concurrent.CountDownLatch;

/// A program for tests that start it in a process of its own.
final class SampleProgram {
  private SampleProgram() {}

  static void main() {
    Gimlet app = Gimlet.bare();
    app.get("/hang", _ -> new CountDownLatch(1).await());
    app.get("/exit", _ -> Thread.ofPlatform().start(() -> System.exit(3)));
    app.ws(
        "/ws",
        connection -> {
          for (Message message : connection) {
            connection.send(message);
          }
        });
    app.run(8080);
  }
}
