package dev.gimlet.transport;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.codec.FrameEncoder;
import org.jspecify.annotations.Nullable;

/// A prepared message as finished server frames, one for each encoding in use: plain, and
/// compressed for some sizes of the window. A receiver gets the largest that its own window holds:
/// so few strangers make a room compress nothing many times over.
///
/// Thread-safe: the plain frame is immutable, a compressed one is made under this object's lock by
/// the first connection that needs it.
final class SharedFrames {

  private static final int[] WINDOW_BITS = {15, 12, 9};

  private final Message message;
  private final SharedFrame plain;
  private @Nullable SharedFrame @Nullable []
      deflated; // as WINDOW_BITS; the plain one if it gains nothing

  private SharedFrames(Message message) {
    this.message = message;
    this.plain = SharedFrame.of(FrameEncoder.opcode(message), FrameEncoder.payload(message));
  }

  static SharedFrames of(PreparedMessage prepared) {
    return (SharedFrames) prepared.encoded(SharedFrames::new);
  }

  SharedFrame plain() {
    return plain;
  }

  /// Compressed for that connection, or plain where that would gain nothing.
  SharedFrame deflated(ConnectionDeflate deflate) {
    for (int window = 0; window < WINDOW_BITS.length; window++) {
      if (WINDOW_BITS[window] <= deflate.windowBits()) {
        return deflated(deflate, window);
      }
    }
    return plain;
  }

  private synchronized SharedFrame deflated(ConnectionDeflate deflate, int window) {
    @Nullable SharedFrame[] frames = deflated;
    if (frames == null) {
      frames = new SharedFrame[WINDOW_BITS.length];
      deflated = frames;
    }
    SharedFrame known = frames[window];
    if (known == null) {
      known = encode(deflate, WINDOW_BITS[window]);
      frames[window] = known;
    }
    return known;
  }

  private SharedFrame encode(ConnectionDeflate deflate, int windowBits) {
    byte[] payload = FrameEncoder.payload(message);
    if (!deflate.isWorthwhile(payload.length)) {
      return plain;
    }
    byte[] compressed = deflate.deflateWithin(payload, windowBits);
    return compressed.length < payload.length
        ? SharedFrame.of(FrameEncoder.opcode(message) | FrameEncoder.COMPRESSED, compressed)
        : plain;
  }
}
