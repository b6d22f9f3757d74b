package dev.gimlet.room;

import java.util.Objects;

/// Which names a room may have.
final class RoomName {

  static final int MAX_BYTES = 256; // 64 of the longest characters

  private RoomName() {}

  /// The name, when it is 1 to 256 bytes of UTF-8 without control characters.
  ///
  /// @throws IllegalArgumentException when it is not; the message says what to change
  static String checked(String name) {
    Objects.requireNonNull(name, "name");
    int bytes = 0;
    for (int i = 0; i < name.length(); i++) {
      int character = name.codePointAt(i);
      if (Character.isISOControl(character)) {
        throw new IllegalArgumentException(
            "the name of a room has a control character: leave it out");
      }
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "the name of a room has half of a surrogate pair: use whole characters");
      }
      bytes += utf8Bytes(character);
      i += Character.charCount(character) - 1;
    }
    if (bytes == 0 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the name of a room has " + bytes + " bytes of UTF-8: use 1 to " + MAX_BYTES);
    }
    return name;
  }

  private static int utf8Bytes(int character) {
    if (character < 0x80) {
      return 1;
    }
    if (character < 0x800) {
      return 2;
    }
    return character < 0x10000 ? 3 : 4;
  }
}
