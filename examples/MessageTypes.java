// Tells text from binary, and hears the rest: ./gimlet run examples/MessageTypes.java

import dev.gimlet.Gimlet;
import dev.gimlet.websocket.*;

void main() {
  var app = Gimlet.create();
  app.ws("/ws", new Types());
  app.run(8080);
}

class Types implements WebSocketListener {
  public void onMessage(WebSocketConnection connection, Message message) {
    switch (message) {
      case Text text -> connection.send("收到文本消息: " + text.value());
      case Binary _ -> connection.send("收到二进制消息");
    }
  }

  public void onPing(WebSocketConnection connection, ByteBuffer payload) {
    IO.println("ping");
  }

  public void onPong(WebSocketConnection connection, ByteBuffer payload) {
    IO.println("pong");
  }

  public void onClose(WebSocketConnection connection, CloseStatus status) {
    IO.println(status);
  }
}
