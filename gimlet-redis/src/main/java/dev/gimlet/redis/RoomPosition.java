package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gimlet.spi.Position;
import java.util.concurrent.ThreadLocalRandom;

/// Positions as the scripts write them: `epoch:offset:tag`, the tag in hexadecimal digits.
final class RoomPosition {

  private RoomPosition() {}

  /// Reads what a script wrote.
  static Position parse(String text) {
    int offset = text.indexOf(':');
    int tag = text.lastIndexOf(':');
    if (offset < 0 || tag == offset) {
      throw new IllegalArgumentException("\"" + text + "\" is no epoch:offset:tag");
    }
    return new Position(
        text.substring(0, offset),
        Long.parseLong(text, offset + 1, tag, 10),
        Long.parseUnsignedLong(text, tag + 1, text.length(), 16));
  }

  /// The three parts as they are in an answer.
  static Position of(Object epoch, Object offset, Object tag) {
    return new Position(
        text(epoch), Long.parseLong(text(offset)), Long.parseUnsignedLong(text(tag), 16));
  }

  static String text(Object part) {
    return new String((byte[]) part, ISO_8859_1);
  }

  /// An epoch that was never there before.
  static String newEpoch() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
  }

  /// A tag, never 0.
  static String newTag() {
    return Long.toHexString(ThreadLocalRandom.current().nextLong() | 1);
  }
}
