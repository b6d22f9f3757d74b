package dev.gimlet;

import java.io.Console;
import java.util.Map;
import java.util.Optional;

/// Whether somebody is looking, and in colour.
final class Terminal {
  private Terminal() {}

  /// Colours are for terminals that can show them, and for people who want them (no-color.org).
  static boolean hasColours() {
    // Since Java 22 there is a console whether or not it is a terminal.
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return hasColours(terminal, System.getenv());
  }

  static boolean hasColours(boolean terminal, Map<String, String> environment) {
    return terminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }
}
