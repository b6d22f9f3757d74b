package dev.gimlet.websocket.codec;

/// The opcodes of RFC 6455 §5.2; ints, because the decoder meets one per frame.
public final class Opcode {

  /// A further fragment of the message that is open.
  public static final int CONTINUATION = 0x0;

  /// The first or only frame of a text message.
  public static final int TEXT = 0x1;

  /// The first or only frame of a binary message.
  public static final int BINARY = 0x2;

  /// The closing handshake.
  public static final int CLOSE = 0x8;

  /// Asks for a pong.
  public static final int PING = 0x9;

  /// Answers a ping.
  public static final int PONG = 0xA;

  private Opcode() {}

  static boolean isControl(int opcode) {
    return opcode >= CLOSE;
  }

  static boolean isReserved(int opcode) {
    return (opcode > BINARY && opcode < CLOSE) || opcode > PONG;
  }
}
