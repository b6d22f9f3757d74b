package dev.gimlet.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The `Cookie` fields of a request (RFC 6265 §5.4).
final class RequestCookies {
  private RequestCookies() {}

  /// The value of the first cookie of that name, without the quotes it may be in.
  static Optional<String> find(List<String> fields, String name) {
    return fields.stream()
        .flatMap(field -> Arrays.stream(field.split(";")))
        .map(String::strip)
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> unquoted(pair.substring(name.length() + 1)))
        .findFirst();
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
