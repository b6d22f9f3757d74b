package dev.gimlet.server.load;

import dev.gimlet.websocket.codec.FrameEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/// Frames as a client sends them.
final class MaskedFrame {
  private static final int MASKING_KEY_BYTES = 4;

  private MaskedFrame() {}

  static ByteBuf of(int opcode, byte[] payload, int key) {
    int header = FrameEncoder.headerBytes(payload.length) + MASKING_KEY_BYTES;
    ByteBuffer frame = ByteBuffer.allocateDirect(header + payload.length);
    FrameEncoder.encodeMasked(frame, opcode, payload, key);
    return Unpooled.wrappedBuffer(frame.flip());
  }
}
