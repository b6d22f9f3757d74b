package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.nio.ByteBuffer;

/// Writes frames: one frame for a message, never fragmented (RFC 6455 §5.2).
///
/// The buffers must be big-endian, as they are from the start, and have room. Immutable.
public final class FrameEncoder {

  /// Added to an opcode: the payload is compressed (RFC 7692 §6).
  public static final int COMPRESSED = 0x40;

  private static final int FIN = 0x80;

  private FrameEncoder() {}

  /// Bytes of header in front of an unmasked payload of this length.
  public static int headerBytes(int payloadBytes) {
    return payloadBytes <= 125 ? 2 : payloadBytes <= 0xFFFF ? 4 : 10;
  }

  /// The opcode of a message.
  public static int opcode(Message message) {
    return switch (message) {
      case Text _ -> Opcode.TEXT;
      case Binary _ -> Opcode.BINARY;
    };
  }

  /// The payload of a message, not to be changed.
  public static byte[] payload(Message message) {
    return switch (message) {
      case Text text -> text.utf8();
      case Binary binary -> binary.bytes();
    };
  }

  /// Writes an unmasked final frame, as a server sends it.
  public static void encode(ByteBuffer out, int opcode, byte[] payload) {
    encodeHeader(out, opcode, payload.length, 0);
    out.put(payload);
  }

  /// Writes a masked final frame, as a client sends it, which takes four bytes more (RFC 6455
  /// §5.3).
  ///
  /// The key must come from a strong source of randomness, a new one for each frame.
  public static void encodeMasked(ByteBuffer out, int opcode, byte[] payload, int maskingKey) {
    encodeHeader(out, opcode, payload.length, 0x80);
    out.putInt(maskingKey);
    PayloadMask.move(payload, out, maskingKey);
  }

  private static void encodeHeader(ByteBuffer out, int opcode, int length, int maskBit) {
    int first = (FIN | opcode) << 8;
    if (length <= 125) {
      out.putShort((short) (first | maskBit | length));
    } else if (length <= 0xFFFF) {
      out.putInt(((first | maskBit | 126) << 16) | length);
    } else {
      out.putShort((short) (first | maskBit | 127));
      out.putLong(length);
    }
  }
}
