package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;

/// What one side of a connection makes of the bytes it gets.
sealed interface Event {

  /// The application gets a message.
  record Received(Message message) implements Event {}

  /// The application hears of a ping.
  record PingReceived(Binary payload) implements Event {}

  /// The application hears of a pong.
  record PongReceived(Binary payload) implements Event {}

  /// The application hears of the end.
  record Closed(CloseStatus status) implements Event {}

  /// The peer gets a control frame.
  record Sent(int opcode, Binary payload) implements Event {

    static Sent pong(String payload) {
      return new Sent(Opcode.PONG, Binary.wrap(payload.getBytes(UTF_8)));
    }

    static Sent close(int code, String reason) {
      return new Sent(Opcode.CLOSE, WireFrame.close(code, reason).payload());
    }
  }
}
