package dev.gimlet.transport;

import dev.gimlet.websocket.codec.FrameEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/// A message as one finished server frame, the same bytes for all receivers. Immutable.
///
/// The memory belongs to the collector, not to a reference count: a program may keep a prepared
/// message for any time and never has to release it.
final class SharedFrame {

  // Beneath this, copying into the receiver's own buffer is cheaper than a buffer for each write.
  static final int COPY_BYTES = 4 << 10;

  private final ByteBuffer bytes;

  private SharedFrame(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  static SharedFrame of(int opcode, byte[] payload) {
    int size = FrameEncoder.headerBytes(payload.length) + payload.length;
    ByteBuffer bytes =
        size > COPY_BYTES ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    FrameEncoder.encode(bytes, opcode, payload);
    return new SharedFrame(bytes.flip());
  }

  int size() {
    return bytes.remaining();
  }

  boolean isWorthSharing() {
    return size() > COPY_BYTES;
  }

  /// Copies the frame behind what the buffer holds.
  void copyTo(ByteBuffer out) {
    out.put(out.position(), bytes, 0, size());
    out.position(out.position() + size());
  }

  /// A buffer over the shared bytes.
  ByteBuf share() {
    return Unpooled.wrappedBuffer(bytes.asReadOnlyBuffer());
  }
}
