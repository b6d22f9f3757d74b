package dev.gimlet.server.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;

/// What a person says in one message, with the id that makes a resend recognisable. Immutable.
record Line(String id, String text) implements PageInput {

  static final int MAX_ID_CHARACTERS = 64;
  static final int MAX_TEXT_BYTES = 4 << 10;

  private static final Pattern ID = Pattern.compile("[0-9A-Za-z._:-]{1," + MAX_ID_CHARACTERS + "}");

  /// Checks the id.
  ///
  /// @throws IllegalArgumentException when it is no id; the message says what to send
  Line {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "id must be 1 to " + MAX_ID_CHARACTERS + " letters, digits or - . _ : such as a UUID");
    }
  }

  /// Why this cannot be said, or an empty text when it can.
  String fault() {
    int bytes = text.getBytes(UTF_8).length;
    if (bytes > MAX_TEXT_BYTES) {
      return "text of " + bytes + " bytes: write at most " + MAX_TEXT_BYTES;
    }
    if (text.isBlank()) {
      return "text is empty: write something";
    }
    return text.codePoints().anyMatch(Line::isHalfACharacter)
        ? "text has half of a surrogate pair: send whole characters"
        : "";
  }

  /// JSON can escape what UTF-8 cannot carry.
  private static boolean isHalfACharacter(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
