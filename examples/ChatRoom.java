// Everyone hears everyone: ./gimlet run examples/ChatRoom.java, then ws://localhost:8080/ws

import dev.gimlet.Gimlet;
import dev.gimlet.room.Room;
import dev.gimlet.websocket.Message;

void main() {
  var app = Gimlet.create();
  Room lobby = app.room("lobby");

  app.ws(
      "/ws",
      connection -> {
        lobby.join(connection);
        for (Message message : connection) {
          lobby.publish(message);
        }
      });

  app.run(8080);
}
