package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.Binary;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// One frame, legal or not, put into bytes from the text of RFC 6455 §5.2 and not by
/// [FrameEncoder]. Immutable.
record WireFrame(boolean isFinal, int reserved, int opcode, Binary payload) {

  private static final int EXAMPLE_KEY = 0x37FA213D; // RFC 6455 §5.7

  static WireFrame of(int opcode, byte... payload) {
    return new WireFrame(true, 0, opcode, Binary.wrap(payload));
  }

  static WireFrame text(String text) {
    return of(1, text.getBytes(UTF_8));
  }

  static WireFrame binary(int... payload) {
    return of(2, bytes(payload));
  }

  static WireFrame continuation(String payload) {
    return of(0, payload.getBytes(UTF_8));
  }

  static WireFrame close() {
    return of(8);
  }

  static WireFrame close(int code, String reason) {
    var payload = new ByteArrayOutputStream();
    payload.write(code >> 8);
    payload.write(code);
    payload.writeBytes(reason.getBytes(UTF_8));
    return of(8, payload.toByteArray());
  }

  static WireFrame ping(String payload) {
    return of(9, payload.getBytes(UTF_8));
  }

  static WireFrame pong(String payload) {
    return of(10, payload.getBytes(UTF_8));
  }

  /// The same frame with more to follow.
  WireFrame fragment() {
    return new WireFrame(false, reserved, opcode, payload);
  }

  WireFrame withReserved(int bits) {
    return new WireFrame(isFinal, bits, opcode, payload);
  }

  /// The frame as that side sends it: clients mask.
  byte[] from(Side sender) {
    return from(sender, EXAMPLE_KEY);
  }

  byte[] from(Side sender, int key) {
    byte[] bytes = payload.bytes();
    var out = new ByteArrayOutputStream(bytes.length + 14);
    out.write((isFinal ? 0x80 : 0) | (reserved << 4) | opcode);
    boolean masked = sender == Side.CLIENT;
    writeLength(out, masked ? 0x80 : 0);
    if (masked) {
      write(out, key, 4);
    }
    for (int at = 0; at < bytes.length; at++) {
      out.write(masked ? bytes[at] ^ (key >> (24 - 8 * (at % 4))) : bytes[at]);
    }
    return out.toByteArray();
  }

  /// Several frames, one behind the other.
  static byte[] from(Side sender, WireFrame... frames) {
    var out = new ByteArrayOutputStream();
    Arrays.stream(frames).forEach(frame -> out.writeBytes(frame.from(sender)));
    return out.toByteArray();
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int at = 0; at < values.length; at++) {
      bytes[at] = (byte) values[at];
    }
    return bytes;
  }

  private void writeLength(ByteArrayOutputStream out, int maskBit) {
    int length = payload.size();
    if (length < 126) {
      out.write(maskBit + length);
    } else if (length < 65_536) {
      out.write(maskBit + 126);
      write(out, length, 2);
    } else {
      out.write(maskBit + 127);
      write(out, length, 8);
    }
  }

  private static void write(ByteArrayOutputStream out, long value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >> shift));
    }
  }
}
