package dev.gimlet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// How many files and sockets this process may have open.
final class DescriptorLimit {
  private static final Path LIMITS = Path.of("/proc/self/limits"); // Linux only
  private static final Pattern SOFT_LIMIT = Pattern.compile("(?m)^Max open files\\s+(\\d+)");

  private static final int USUAL_CONNECTIONS = 10_000;

  private DescriptorLimit() {}

  /// The number of connections that leaves room for files and for requests.
  static int usualConnections() {
    return usualConnections(current());
  }

  static int usualConnections(Optional<Long> limit) {
    return limit
        .map(files -> Math.clamp(files / 10 * 9, 1, Integer.MAX_VALUE))
        .orElse(USUAL_CONNECTIONS);
  }

  /// Empty where it is not known or there is none.
  static Optional<Long> current() {
    try {
      return parse(Files.readString(LIMITS));
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  static Optional<Long> parse(String limits) {
    return SOFT_LIMIT
        .matcher(limits)
        .results()
        .map(match -> Long.parseLong(match.group(1)))
        .findFirst();
  }
}
