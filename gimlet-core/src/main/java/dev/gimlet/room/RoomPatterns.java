package dev.gimlet.room;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The options of rooms by name: a name as it is, or a beginning followed by `*`.
///
/// Thread-safe: one lock for adding; readers see immutable copies.
final class RoomPatterns {

  private record Prefix(String text, RoomOptions options) {}

  private record Table(Map<String, RoomOptions> names, List<Prefix> prefixes) {}

  private volatile Table table = new Table(Map.of(), List.of());

  /// Adds a pattern.
  ///
  /// @throws IllegalArgumentException when it is no pattern, or was added before
  synchronized void add(String pattern, RoomOptions options) {
    boolean isPrefix = pattern.endsWith("*");
    String text = isPrefix ? pattern.substring(0, pattern.length() - 1) : pattern;
    if (text.indexOf('*') >= 0) {
      throw new IllegalArgumentException(
          "pattern \"" + pattern + "\": a * may only be the last character, as in chat:*");
    }
    if (!text.isEmpty() || !isPrefix) {
      RoomName.checked(text);
    }
    table = isPrefix ? withPrefix(pattern, text, options) : withName(text, options);
  }

  private Table withName(String name, RoomOptions options) {
    Map<String, RoomOptions> names = new HashMap<>(table.names);
    if (names.put(name, options) != null) {
      throw twice(name);
    }
    return new Table(Map.copyOf(names), table.prefixes);
  }

  private Table withPrefix(String pattern, String text, RoomOptions options) {
    if (table.prefixes.stream().anyMatch(prefix -> prefix.text.equals(text))) {
      throw twice(pattern);
    }
    List<Prefix> prefixes = new ArrayList<>(table.prefixes);
    prefixes.add(new Prefix(text, options));
    prefixes.sort(Comparator.comparingInt((Prefix prefix) -> prefix.text.length()).reversed());
    return new Table(table.names, List.copyOf(prefixes));
  }

  private static IllegalArgumentException twice(String pattern) {
    return new IllegalArgumentException("pattern \"" + pattern + "\" has options already");
  }

  /// The options of the longest pattern that matches, or the defaults.
  RoomOptions options(String room) {
    Table known = table;
    RoomOptions exact = known.names.isEmpty() ? null : known.names.get(room);
    if (exact != null) {
      return exact;
    }
    for (int i = 0; i < known.prefixes.size(); i++) { // no iterator: every publication comes here
      Prefix prefix = known.prefixes.get(i);
      if (room.startsWith(prefix.text)) {
        return prefix.options;
      }
    }
    return RoomOptions.defaults();
  }
}
