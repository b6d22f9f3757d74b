package dev.gimlet.server.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// How a message of a run is recognised, as text: a mark and the run, who sent it, its number, and
/// when it was meant to leave. Immutable.
///
/// Servers may wrap it: it is found inside of anything by its mark. Numbers are hexadecimal digits,
/// eight of them in one long.
final class Stamp {

  private static final int DIGITS = 8; // in one long
  private static final String MARK = "gimlet-bench ";
  private static final int PREFIX_BYTES = MARK.length() + DIGITS + 1;
  private static final int SENDER = PREFIX_BYTES;
  private static final int NUMBER = SENDER + DIGITS + 1;
  private static final int INTENDED = NUMBER + 2 * DIGITS + 1;

  /// Bytes of a stamp, with the space at its end.
  static final int BYTES = INTENDED + 2 * DIGITS + 1;

  private static final long EACH = 0x0101010101010101L;

  private final byte[] prefix;
  private final ByteBuf prefixBytes;
  private final long prefixBegin; // its first eight bytes

  Stamp(int run) {
    byte[] digits = Unpooled.copyLong(digits(run)).array();
    prefix = (MARK + new String(digits, US_ASCII) + " ").getBytes(US_ASCII);
    prefixBytes = Unpooled.wrappedBuffer(prefix);
    prefixBegin = prefixBytes.getLong(0);
  }

  /// A text of that size: a stamp that is still to be filled, and padding.
  byte[] blank(int bytes) {
    String rest = " ".repeat(BYTES - PREFIX_BYTES) + "x".repeat(bytes - BYTES);
    return (new String(prefix, US_ASCII) + rest).getBytes(US_ASCII);
  }

  /// Fills the stamp that begins at `at`, masked with the key (RFC 6455 §5.3).
  static void fill(ByteBuf frame, int at, int key, int sender, long number, long intendedNanos) {
    set(frame, at, SENDER, key, digits(sender));
    set(frame, at, NUMBER, key, digits((int) (number >>> Integer.SIZE)));
    set(frame, at, NUMBER + DIGITS, key, digits((int) number));
    set(frame, at, INTENDED, key, digits((int) (intendedNanos >>> Integer.SIZE)));
    set(frame, at, INTENDED + DIGITS, key, digits((int) intendedNanos));
  }

  private static void set(ByteBuf frame, int at, int offset, int key, long digits) {
    long turned = Integer.rotateLeft(key, (offset & 3) * Byte.SIZE) & 0xFFFFFFFFL;
    frame.setLong(at + offset, digits ^ ((turned << Integer.SIZE) | turned));
  }

  /// Where a stamp of this run begins in these bytes; -1 when there is none.
  int find(ByteBuf in, int index, int bytes) {
    if (bytes < BYTES) {
      return -1;
    }
    if (in.getLong(index) == prefixBegin
        && ByteBufUtil.equals(prefixBytes, 0, in, index, PREFIX_BYTES)) {
      return index;
    }
    int found = ByteBufUtil.indexOf(prefixBytes, in.slice(index, bytes));
    return found < 0 || bytes - found < BYTES ? -1 : index + found;
  }

  static int sender(ByteBuf in, int at) {
    return number(in.getLong(at + SENDER));
  }

  static long number(ByteBuf in, int at) {
    return twice(in, at + NUMBER);
  }

  static long intendedNanos(ByteBuf in, int at) {
    return twice(in, at + INTENDED);
  }

  private static long twice(ByteBuf in, int at) {
    long high = number(in.getLong(at));
    return (high << Integer.SIZE) | (number(in.getLong(at + DIGITS)) & 0xFFFFFFFFL);
  }

  /// The eight hexadecimal digits of a number, the first in the highest byte.
  static long digits(int value) {
    long spread = value & 0xFFFFFFFFL;
    spread = (spread | (spread << 16)) & 0x0000FFFF0000FFFFL;
    spread = (spread | (spread << 8)) & 0x00FF00FF00FF00FFL;
    spread = (spread | (spread << 4)) & 0x0F0F0F0F0F0F0F0FL;
    long letters = ((spread + 6 * EACH) >>> 4) & EACH;
    return spread + '0' * EACH + letters * ('a' - '0' - 10);
  }

  /// The number that eight digits stand for.
  static int number(long digits) {
    long letters = (digits >>> 6) & EACH;
    long number = (digits & 0x0F0F0F0F0F0F0F0FL) + 9 * letters;
    number = (number | (number >>> 4)) & 0x00FF00FF00FF00FFL;
    number = (number | (number >>> 8)) & 0x0000FFFF0000FFFFL;
    return (int) (number | (number >>> 16));
  }
}
