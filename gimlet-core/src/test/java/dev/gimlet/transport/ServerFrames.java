package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.codec.Opcode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads the frames of a server in words.
final class ServerFrames {

  private ServerFrames() {}

  static List<String> texts(ByteBuffer in) {
    List<String> texts = new ArrayList<>();
    while (in.hasRemaining()) {
      int opcode = in.get() & 0x0F;
      byte[] payload = new byte[length(in)];
      in.get(payload);
      texts.add(
          switch (opcode) {
            case Opcode.TEXT -> new String(payload, UTF_8);
            case Opcode.BINARY -> "binary of " + payload.length;
            case Opcode.CLOSE -> "close " + ByteBuffer.wrap(payload).getShort();
            case Opcode.PING -> "ping";
            case Opcode.PONG -> "pong " + new String(payload, UTF_8);
            default -> throw new AssertionError(opcode);
          });
    }
    return texts;
  }

  private static int length(ByteBuffer in) {
    int length = in.get();
    return switch (length) {
      case 126 -> in.getShort() & 0xFFFF;
      case 127 -> (int) in.getLong();
      default -> length;
    };
  }
}
