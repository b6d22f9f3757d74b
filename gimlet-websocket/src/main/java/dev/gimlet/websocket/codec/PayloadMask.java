package dev.gimlet.websocket.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Applies a masking key to payload, which also removes it again (RFC 6455 §5.3).
final class PayloadMask {

  private static final VarHandle BUFFER_LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle ARRAY_LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private PayloadMask() {}

  /// Moves `length` bytes out of a buffer, of which the first is byte `offset` of the frame's
  /// payload, and applies the key on the way; true when all of them become ASCII.
  static boolean move(ByteBuffer from, byte[] to, int at, int length, int key, long offset) {
    int turned = turn(key, offset);
    long wide = wide(turned);
    long seen = 0;
    int start = from.position();
    int moved = 0;
    for (; moved < length - 7; moved += 8) {
      long eight = (long) BUFFER_LONGS.get(from, start + moved) ^ wide;
      seen |= eight;
      ARRAY_LONGS.set(to, at + moved, eight);
    }
    for (int shift = 24; moved < length; moved++, shift -= 8) {
      byte one = (byte) (from.get(start + moved) ^ (turned >> (shift & 31)));
      seen |= one;
      to[at + moved] = one;
    }
    from.position(start + length);
    return (seen & HIGH_BITS) == 0;
  }

  /// Moves an array into a buffer and applies the key on the way.
  static void move(byte[] from, ByteBuffer to, int key) {
    long wide = wide(key);
    int start = to.position();
    int moved = 0;
    for (; moved < from.length - 7; moved += 8) {
      BUFFER_LONGS.set(to, start + moved, (long) ARRAY_LONGS.get(from, moved) ^ wide);
    }
    for (int shift = 24; moved < from.length; moved++, shift -= 8) {
      to.put(start + moved, (byte) (from[moved] ^ (key >> (shift & 31))));
    }
    to.position(start + from.length);
  }

  /// The key as it applies from this place in the payload on.
  private static int turn(int key, long offset) {
    return Integer.rotateLeft(key, 8 * (int) (offset & 3));
  }

  private static long wide(int key) {
    int inMemory = LITTLE_ENDIAN ? Integer.reverseBytes(key) : key;
    return ((long) inMemory << 32) | (inMemory & 0xFFFFFFFFL);
  }
}
