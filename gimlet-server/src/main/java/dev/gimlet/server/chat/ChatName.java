package dev.gimlet.server.chat;

import java.util.Set;

/// The rule for names of rooms and people: 1 to 64 characters that can be seen. Immutable.
///
/// What cannot be seen around a name does not count, so that " Ann" cannot pose as "Ann".
public record ChatName(String value) {

  static final int MAX_CHARACTERS = 64;

  // Directional overrides could make a name read as another one (Unicode Standard Annex 9).
  private static final Set<Integer> DIRECTIONAL =
      Set.of(0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069);

  // Letters to Unicode, and blank: the fillers of Hangul.
  private static final Set<Integer> FILLERS = Set.of(0x115F, 0x1160, 0x3164, 0xFFA0);

  /// Reads a name that a stranger wrote; the kind, such as `room`, begins the error.
  ///
  /// @throws IllegalArgumentException when it breaks the rule; the message says what to write
  public static ChatName parse(String kind, String text) {
    String name = stripped(text);
    int characters = name.codePointCount(0, name.length());
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          kind + " is empty: write 1 to " + MAX_CHARACTERS + " characters");
    }
    if (characters > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          kind + " of " + characters + " characters: write at most " + MAX_CHARACTERS);
    }
    if (name.codePoints().anyMatch(ChatName::isControl)) {
      throw new IllegalArgumentException(
          kind + " has control characters: write letters, digits, spaces and signs only");
    }
    return new ChatName(name);
  }

  /// Without what cannot be seen at both ends; inside, it joins the signs of one emoji.
  private static String stripped(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isUnseen(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (from < to && isUnseen(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static boolean isUnseen(int codePoint) {
    return Character.getType(codePoint) == Character.FORMAT
        || Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || FILLERS.contains(codePoint);
  }

  private static boolean isControl(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> DIRECTIONAL.contains(codePoint);
    };
  }

  @Override
  public String toString() {
    return value;
  }
}
