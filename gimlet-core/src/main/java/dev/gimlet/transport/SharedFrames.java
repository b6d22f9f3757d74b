package dev.gimlet.transport;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.codec.FrameEncoder;
import org.jspecify.annotations.Nullable;

/// A prepared message as finished server frames, one for each encoding in use: plain, and
/// compressed for each size of the window that a receiver agreed on.
///
/// Thread-safe: the plain frame is immutable, a compressed one is made under this object's lock by
/// the first connection that needs it.
final class SharedFrames {

  private static final int MIN_WINDOW_BITS = 8; // RFC 7692 §7.1.2.1
  private static final int MAX_WINDOW_BITS = 15;

  private final Message message;
  private final SharedFrame plain;
  private @Nullable SharedFrame @Nullable []
      deflated; // by window; the plain one if it gains nothing

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

  synchronized SharedFrame deflated(ConnectionDeflate deflate) {
    @Nullable SharedFrame[] frames = deflated;
    if (frames == null) {
      frames = new SharedFrame[MAX_WINDOW_BITS - MIN_WINDOW_BITS + 1];
      deflated = frames;
    }
    int window = deflate.windowBits() - MIN_WINDOW_BITS;
    SharedFrame known = frames[window];
    if (known == null) {
      known = encode(deflate);
      frames[window] = known;
    }
    return known;
  }

  private SharedFrame encode(ConnectionDeflate deflate) {
    byte[] payload = FrameEncoder.payload(message);
    if (!deflate.isWorthwhile(payload.length)) {
      return plain;
    }
    byte[] compressed = deflate.deflate(payload);
    return compressed.length < payload.length
        ? SharedFrame.of(FrameEncoder.opcode(message) | FrameEncoder.COMPRESSED, compressed)
        : plain;
  }
}
