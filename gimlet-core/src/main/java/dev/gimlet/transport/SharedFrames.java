package dev.gimlet.transport;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.codec.FrameEncoder;
import org.jspecify.annotations.Nullable;

/// A prepared message as finished server frames, one for each encoding in use.
///
/// Thread-safe: the plain frame is immutable, the compressed one is made under this object's lock
/// by the first connection that needs it.
final class SharedFrames {

  private final Message message;
  private final SharedFrame plain;
  private @Nullable SharedFrame deflated; // the plain one when compressing gains nothing

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
    SharedFrame known = deflated;
    if (known == null) {
      known = encode(deflate);
      deflated = known;
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
