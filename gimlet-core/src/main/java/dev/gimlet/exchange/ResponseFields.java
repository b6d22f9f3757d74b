package dev.gimlet.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The header fields of a response while it is made.
///
/// Owned by the thread that handles the request. Nothing that could end a field or a head gets in,
/// nor the fields by which the server itself says where a response ends.
public final class ResponseFields {
  /// A name and a value. Immutable.
  public record Field(String name, String value) {}

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Set<String> SET_BY_SERVER =
      Set.of("content-length", "transfer-encoding", "connection", "date", "trailer", "keep-alive");
  private static final Set<String> OF_A_CONTENT =
      Set.of(
          "etag",
          "last-modified",
          "cache-control",
          "content-type",
          "content-encoding",
          "content-language",
          "content-location",
          "content-range",
          "content-disposition",
          "content-digest",
          "content-md5");
  private static final int MAX_VALUE = 0xFF; // what fits in one byte; more would turn into another

  private final List<Field> fields = new ArrayList<>();

  /// Replaces the fields of that name.
  void set(String name, String value) {
    check(name, value);
    fields.removeIf(field -> field.name().equalsIgnoreCase(name));
    fields.add(new Field(name, value));
  }

  /// Keeps the fields of that name.
  void add(String name, String value) {
    check(name, value);
    fields.add(new Field(name, value));
  }

  /// Removes what described the content that is not sent after all.
  void removeOfContent() {
    fields.removeIf(field -> OF_A_CONTENT.contains(field.name().toLowerCase(Locale.ROOT)));
  }

  /// Those that a 101 response may carry besides its own.
  List<Field> ofUpgrade() {
    removeOfContent();
    fields.removeIf(field -> isOfHandshake(field.name().toLowerCase(Locale.ROOT)));
    return list();
  }

  private static boolean isOfHandshake(String name) {
    return name.equals("upgrade") || name.startsWith("sec-websocket-");
  }

  List<Field> list() {
    return List.copyOf(fields);
  }

  private static void check(String name, String value) {
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException("header field name \"" + name + "\" is not a token");
    }
    if (SET_BY_SERVER.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("the server itself sets " + name);
    }
    if (!value.chars().allMatch(ResponseFields::isHarmless)) {
      throw new IllegalArgumentException(
          "value of header field "
              + name
              + " has a control character or one above U+00FF:"
              + " encode it first (RFC 9110 §5.5)");
    }
  }

  private static boolean isHarmless(int character) {
    return character == '\t' || (character >= ' ' && character != 0x7F && character <= MAX_VALUE);
  }
}
