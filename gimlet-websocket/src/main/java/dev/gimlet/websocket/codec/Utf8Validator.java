package dev.gimlet.websocket.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Checks UTF-8 as it arrives and stops at the first byte that cannot belong to it.
///
/// What may follow is one number: how many continuation bytes are missing and the range of the next
/// one, which is narrower after E0, ED, F0 and F4 (RFC 3629 §4). Owned by its caller's thread.
final class Utf8Validator {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private int missing; // continuation bytes of the character that is open
  private int lowest = 0x80; // of the next continuation byte
  private int highest = 0xBF;

  /// Takes the next bytes; false when one of them is impossible.
  boolean accept(byte[] bytes, int from, int length) {
    int at = from;
    int end = from + length;
    while (at < end) {
      if (missing == 0) {
        at = skipAscii(bytes, at, end);
        if (at == end) {
          return true;
        }
        if (!begin(bytes[at] & 0xFF)) {
          return false;
        }
      } else if (!proceed(bytes[at] & 0xFF)) {
        return false;
      }
      at++;
    }
    return true;
  }

  /// Whether no character is open.
  boolean isComplete() {
    return missing == 0;
  }

  void reset() {
    missing = 0;
    lowest = 0x80;
    highest = 0xBF;
  }

  private static int skipAscii(byte[] bytes, int from, int end) {
    int at = from;
    while (at + 32 <= end && (wide(bytes, at) & HIGH_BITS) == 0) {
      at += 32;
    }
    while (at + 8 <= end && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
      at += 8;
    }
    while (at < end && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  private static long wide(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at)
        | (long) LONGS.get(bytes, at + 8)
        | (long) LONGS.get(bytes, at + 16)
        | (long) LONGS.get(bytes, at + 24);
  }

  private boolean begin(int lead) {
    if (lead < 0xC2 || lead > 0xF4) {
      return false;
    }
    missing = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return true;
  }

  private boolean proceed(int next) {
    if (next < lowest || next > highest) {
      return false;
    }
    missing--;
    lowest = 0x80;
    highest = 0xBF;
    return true;
  }
}
