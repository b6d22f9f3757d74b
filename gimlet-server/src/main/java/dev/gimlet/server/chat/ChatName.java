package dev.gimlet.server.chat;

import java.util.Set;

/// The rule for names of rooms and people: 1 to 64 characters that can be seen. Immutable.
///
/// Space around a name does not count, so that " Ann" cannot pose as "Ann".
public record ChatName(String value) {

  static final int MAX_CHARACTERS = 64;

  // Directional overrides could make a name read as another one (Unicode Standard Annex 9).
  private static final Set<Integer> DIRECTIONAL =
      Set.of(0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069);

  /// Reads a name that a stranger wrote; the kind, such as `room`, begins the error.
  ///
  /// @throws IllegalArgumentException when it breaks the rule; the message says what to write
  public static ChatName parse(String kind, String text) {
    String name = text.strip();
    int characters = name.codePointCount(0, name.length());
    if (name.codePoints().noneMatch(ChatName::isVisible)) {
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

  private static boolean isVisible(int codePoint) {
    return Character.getType(codePoint) != Character.FORMAT && !Character.isWhitespace(codePoint);
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
