// Answers every message with itself: ./gimlet run examples/Echo.java, then ws://localhost:8080/ws

import dev.gimlet.Gimlet;
import dev.gimlet.http.HttpException;
import dev.gimlet.websocket.Message;

void main() {
  var app = Gimlet.create();

  app.get(
      "/ws",
      context -> {
        try {
          context.upgrade(connection -> {
            for (Message message : connection) {
              connection.send(message);
            }
          });
        } catch (HttpException refused) {
          context.status(refused.status());
          context.json(Map.of("error", "WebSocket升级失败", "reason", refused.getMessage()));
        }
      });

  app.run(8080);
}
