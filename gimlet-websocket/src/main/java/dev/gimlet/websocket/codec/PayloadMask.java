package dev.gimlet.websocket.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Applies a masking key to payload, which also removes it again (RFC 6455 §5.3).
public final class PayloadMask {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private PayloadMask() {}

  /// Masks `length` bytes from `from`, of which the first is byte `offset` of the frame's payload.
  public static void apply(byte[] bytes, int from, int length, int key, long offset) {
    int turned = Integer.rotateLeft(key, 8 * (int) (offset & 3));
    long wide = ((turned & 0xFFFFFFFFL) << 32) | (turned & 0xFFFFFFFFL);
    int at = from;
    int end = from + length;
    for (int wideEnd = end - 7; at < wideEnd; at += 8) {
      LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ wide);
    }
    for (int shift = 24; at < end; at++, shift -= 8) {
      bytes[at] ^= (byte) (turned >> (shift & 31));
    }
  }
}
