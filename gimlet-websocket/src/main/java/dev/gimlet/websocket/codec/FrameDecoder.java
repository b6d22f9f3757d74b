package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;
import java.nio.ByteBuffer;

/// Reads frame headers from bytes that may end anywhere (RFC 6455 §5.2).
///
/// After [#readHeader] has answered true the header is at hand and `payloadRemaining` bytes of
/// payload follow; the caller takes them and says so with [#payloadTaken]. A header that breaks a
/// rule is refused at the byte that breaks it. Owned by its caller's thread.
final class FrameDecoder {

  private static final int FIN = 0x80;
  private static final int RESERVED_BITS = 0x70;
  private static final int COMPRESSED = 0x40; // RSV1, as RFC 7692 §6 uses it
  private static final int MASK_BIT = 0x80;
  private static final int MAX_CONTROL_PAYLOAD = 125;

  private enum Stage {
    FIRST_BYTE,
    SECOND_BYTE,
    LENGTH,
    MASKING_KEY,
    PAYLOAD
  }

  private final Side side;
  private final boolean compressionAgreed;
  private Stage stage = Stage.FIRST_BYTE;
  private int firstByte;
  private int shortLength; // the seven bits of the second byte
  private int missing; // bytes still to come of the extended length or of the masking key
  private long payloadLength;
  private long payloadTaken;
  private int maskingKey; // 0 when frames arrive unmasked

  /// For connections that agreed on no compression.
  FrameDecoder(Side side) {
    this(side, false);
  }

  FrameDecoder(Side side, boolean compressionAgreed) {
    this.side = side;
    this.compressionAgreed = compressionAgreed;
  }

  /// Whether a frame has begun and is not complete.
  boolean isMidFrame() {
    return stage != Stage.FIRST_BYTE;
  }

  boolean isFinal() {
    return (firstByte & FIN) != 0;
  }

  /// Whether the message that begins with this frame is compressed.
  boolean isCompressed() {
    return (firstByte & COMPRESSED) != 0;
  }

  /// Whether this frame is a message, not compressed, of which so many bytes are all.
  boolean isWholeMessage(int bytes) {
    boolean single = isFinal() && opcode() != Opcode.CONTINUATION && !isCompressed();
    return single && bytes == payloadLength;
  }

  int opcode() {
    return firstByte & 0x0F;
  }

  int maskingKey() {
    return maskingKey;
  }

  long payloadLength() {
    return payloadLength;
  }

  /// How much of the payload was taken already: where in the masking key the next byte stands.
  long payloadTaken() {
    return payloadTaken;
  }

  long payloadRemaining() {
    return payloadLength - payloadTaken;
  }

  /// Reads what is there; true when the header is complete.
  boolean readHeader(ByteBuffer in) {
    if (stage == Stage.FIRST_BYTE && in.remaining() >= Short.BYTES) {
      readFirstByte(in.get() & 0xFF);
      readSecondByte(in.get() & 0xFF);
    }
    while (stage != Stage.PAYLOAD) {
      if (!in.hasRemaining()) {
        return false;
      }
      switch (stage) {
        case FIRST_BYTE -> readFirstByte(in.get() & 0xFF);
        case SECOND_BYTE -> readSecondByte(in.get() & 0xFF);
        case LENGTH -> readLength(in);
        case MASKING_KEY -> readMaskingKey(in);
        case PAYLOAD -> throw new IllegalStateException("payload is not header");
      }
    }
    return true;
  }

  /// Counts payload as taken; true when the frame is complete and the next header may follow.
  boolean payloadTaken(int bytes) {
    payloadTaken += bytes;
    boolean complete = payloadTaken == payloadLength;
    if (complete) {
      stage = Stage.FIRST_BYTE;
    }
    return complete;
  }

  private void readFirstByte(int first) {
    firstByte = first;
    if ((first & RESERVED_BITS) != 0 && !startsCompressedMessage()) {
      throw fault("reserved bits set that no extension uses (RFC 6455 §5.2)");
    }
    if (Opcode.isReserved(opcode())) {
      throw fault("opcode " + opcode() + " is reserved (RFC 6455 §5.2)");
    }
    if (Opcode.isControl(opcode()) && !isFinal()) {
      throw fault("control frame in fragments (RFC 6455 §5.5)");
    }
    stage = Stage.SECOND_BYTE;
  }

  private boolean startsCompressedMessage() {
    boolean startsMessage = opcode() == Opcode.TEXT || opcode() == Opcode.BINARY;
    return compressionAgreed && startsMessage && (firstByte & RESERVED_BITS) == COMPRESSED;
  }

  private void readSecondByte(int second) {
    boolean masked = (second & MASK_BIT) != 0;
    if (masked != (side == Side.SERVER)) {
      throw fault(masked ? "masked frame from a server" : "unmasked frame from a client");
    }
    shortLength = second & 0x7F;
    if (Opcode.isControl(opcode()) && shortLength > MAX_CONTROL_PAYLOAD) {
      throw fault("control frame of more than 125 bytes (RFC 6455 §5.5)");
    }
    payloadTaken = 0;
    payloadLength = 0;
    missing = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
    if (missing > 0) {
      stage = Stage.LENGTH;
    } else {
      payloadLength = shortLength;
      lengthIsKnown();
    }
  }

  private void readLength(ByteBuffer in) {
    payloadLength = (payloadLength << 8) | (in.get() & 0xFF);
    if (--missing > 0) {
      return;
    }
    if (payloadLength < 0) {
      throw fault("length with its highest bit set (RFC 6455 §5.2)");
    }
    if (payloadLength <= (shortLength == 126 ? 125 : 0xFFFF)) {
      throw fault("length of " + payloadLength + " not in its shortest form (RFC 6455 §5.2)");
    }
    lengthIsKnown();
  }

  private void lengthIsKnown() {
    maskingKey = 0;
    missing = 4;
    stage = side == Side.SERVER ? Stage.MASKING_KEY : Stage.PAYLOAD;
  }

  private void readMaskingKey(ByteBuffer in) {
    if (missing == 4 && in.remaining() >= 4) {
      maskingKey = in.getInt();
      missing = 0;
    } else {
      maskingKey = (maskingKey << 8) | (in.get() & 0xFF);
      missing--;
    }
    if (missing == 0) {
      stage = Stage.PAYLOAD;
    }
  }

  private static ProtocolException fault(String rule) {
    return new ProtocolException(CloseStatus.PROTOCOL_ERROR, rule);
  }
}
