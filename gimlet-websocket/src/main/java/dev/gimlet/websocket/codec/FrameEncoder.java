package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import io.netty.buffer.ByteBuf;

/// Writes frames: one frame for a message, never fragmented (RFC 6455 §5.2). Immutable.
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
  public static void encode(ByteBuf out, int opcode, byte[] payload) {
    encodeHeader(out, opcode, payload.length, 0);
    out.writeBytes(payload);
  }

  /// Writes a masked final frame, as a client sends it (RFC 6455 §5.3).
  ///
  /// The key must come from a strong source of randomness, a new one for each frame.
  public static void encodeMasked(ByteBuf out, int opcode, byte[] payload, int maskingKey) {
    encodeHeader(out, opcode, payload.length, 0x80);
    out.writeInt(maskingKey);
    byte[] masked = payload.clone();
    PayloadMask.apply(masked, 0, masked.length, maskingKey, 0);
    out.writeBytes(masked);
  }

  private static void encodeHeader(ByteBuf out, int opcode, int length, int maskBit) {
    int first = (FIN | opcode) << 8;
    if (length <= 125) {
      out.writeShort(first | maskBit | length);
    } else if (length <= 0xFFFF) {
      out.writeInt(((first | maskBit | 126) << 16) | length);
    } else {
      out.writeShort(first | maskBit | 127);
      out.writeLong(length);
    }
  }
}
