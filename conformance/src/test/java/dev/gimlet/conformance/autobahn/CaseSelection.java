package dev.gimlet.conformance.autobahn;

import java.util.List;
import java.util.Locale;

/// Which of the suite's cases run, and how many these are.
///
/// The suite itself never says that it left one out: it gives up on a server that refuses one
/// connection, and exits with 0.
enum CaseSelection {
  /// Groups 1 to 7 and 10.
  PROTOCOL(247),

  /// These and group 9: messages of up to 16 MiB, in up to 65,536 fragments.
  ALL(301);

  private final int count;

  CaseSelection(int count) {
    this.count = count;
  }

  /// The selection of this build's profile.
  static CaseSelection ofBuild() {
    String name = System.getProperty("gimlet.autobahn.cases", PROTOCOL.name());
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  List<String> excluded() {
    return switch (this) {
      case PROTOCOL -> List.of("9.*");
      case ALL -> List.of();
    };
  }

  int count() {
    return count;
  }
}
