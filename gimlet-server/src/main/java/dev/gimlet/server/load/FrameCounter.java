package dev.gimlet.server.load;

import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// Counts messages that are all the same, by reading headers only.
///
/// Every message must have the expected kind and length; the first one and then one of 512 is
/// compared byte by byte. Owned by the event loop.
public final class FrameCounter extends FrameReader {
  private static final int SAMPLING_MASK = 511;

  private final int opcode;
  private final ByteBuf payload;
  private final int payloadBytes;
  private int messageTaken;
  private int messages;

  /// Expects messages of this kind, with this payload.
  public FrameCounter(int opcode, byte[] payload) {
    this.opcode = opcode;
    this.payload = Unpooled.wrappedBuffer(payload);
    this.payloadBytes = payload.length;
  }

  @Override
  void beginFrame(int kind, boolean isContinuation, long frameBytes) {
    int expected = isContinuation ? Opcode.CONTINUATION : opcode;
    if (kind != expected) { // a reserved bit is as wrong as a wrong opcode
      throw new IllegalStateException("frame of kind " + kind + ", expected " + expected);
    }
    if (!isContinuation) {
      messageTaken = 0;
    }
    if (messageTaken + frameBytes > payloadBytes) {
      throw new IllegalStateException(
          "message of " + (messageTaken + frameBytes) + " bytes, expected " + payloadBytes);
    }
  }

  @Override
  void take(ByteBuf in, int index, int bytes) {
    if ((messages & SAMPLING_MASK) == 0
        && !ByteBufUtil.equals(payload, messageTaken, in, index, bytes)) {
      throw new IllegalStateException("message " + messages + " has other bytes than were sent");
    }
    messageTaken += bytes;
  }

  @Override
  int endMessage() {
    if (messageTaken != payloadBytes) {
      throw new IllegalStateException(
          "message of " + messageTaken + " bytes, expected " + payloadBytes);
    }
    messages++;
    return 1;
  }
}
