// Tells text from binary, and hears the rest: ./gimlet run examples/MessageTypes.java

import dev.gimlet.Gimlet;
import dev.gimlet.websocket.*;

void main() {
  var app = Gimlet.create();
  var types = WebSocketListener.onMessage(this::answer);
  types = types.andOnPing((_, _) -> IO.println("ping")).andOnPong((_, _) -> IO.println("pong"));
  app.ws("/ws", types.andOnClose((_, status) -> IO.println(status)));
  app.run(8080);
}

void answer(WebSocketConnection connection, Message message) {
  switch (message) {
    case Text text -> connection.send("收到文本消息: " + text.value());
    case Binary _ -> connection.send("收到二进制消息");
  }
}
