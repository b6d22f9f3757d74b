package dev.gimlet.websocket.codec;

import java.util.regex.Pattern;

/// One header field of a request or response (RFC 9110 §5). Immutable.
public record HeaderField(String name, String value) {

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /// Checks that the field ends no line: what is in it stays in it (RFC 9110 §5.5).
  ///
  /// @throws IllegalArgumentException when the name is no token, or the value has characters that
  ///   no value may have
  public HeaderField {
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "header field name \"" + printable(name) + "\" is not a token (RFC 9110 §5.1)");
    }
    if (!value.chars().allMatch(HeaderField::isAllowed)) {
      throw new IllegalArgumentException(
          "the value of header field "
              + name
              + " has a control character, or one beyond ISO 8859-1 (RFC 9110 §5.5)");
    }
  }

  /// Whether this is a field of that name; names are not case-sensitive.
  public boolean isNamed(String other) {
    return name.equalsIgnoreCase(other);
  }

  private static boolean isAllowed(int character) {
    return character == '\t' || (character >= ' ' && character != 0x7F && character <= 0xFF);
  }

  private static String printable(String name) {
    return name.replaceAll("[^ -~]", "?");
  }
}
