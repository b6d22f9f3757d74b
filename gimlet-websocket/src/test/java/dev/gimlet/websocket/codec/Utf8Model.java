package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.BitSet;

/// UTF-8 as a set: the JDK's encoding of every character there is, and all beginnings of those.
///
/// It knows no rule of RFC 3629, so it shares no mistake with [Utf8Validator]. Immutable.
final class Utf8Model {

  private static final int LEAST_OF_FOUR_BYTES = 0xF000_0000; // four bytes are counted from here

  private final BitSet[] beginnings = {new BitSet(), new BitSet(), new BitSet()};
  private final BitSet[] characters = {new BitSet(), new BitSet(), new BitSet(), new BitSet()};

  Utf8Model() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        add(Character.toString(codePoint).getBytes(UTF_8));
      }
    }
  }

  private void add(byte[] character) {
    int value = 0;
    for (int at = 0; at < character.length - 1; at++) {
      value = (value << 8) | (character[at] & 0xFF);
      beginnings[at].set(value);
    }
    value = (value << 8) | (character[character.length - 1] & 0xFF);
    characters[character.length - 1].set(index(character.length, value));
  }

  /// Where the string stops being the beginning of some text; its length when it never does.
  int firstImpossible(byte[] bytes, int length) {
    int open = 0;
    int value = 0;
    for (int at = 0; at < length; at++) {
      value = (value << 8) | (bytes[at] & 0xFF);
      open++;
      if (isCharacter(open, value)) {
        open = 0;
        value = 0;
      } else if (open > 3 || !beginnings[open - 1].get(value)) {
        return at;
      }
    }
    return length;
  }

  private boolean isCharacter(int length, int value) {
    int index = index(length, value);
    return index >= 0 && characters[length - 1].get(index);
  }

  private static int index(int length, int value) {
    return length == 4 ? value - LEAST_OF_FOUR_BYTES : value;
  }
}
