package dev.gimlet.conformance.strangers;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/// Whether a stranger that this machine lacks is a failure.
final class Strangers {

  private static final String SWITCH = "GIMLET_STRANGERS_TESTS";

  private Strangers() {}

  /// Skips the test, or fails it where strangers are required, as in CI.
  static void missing(String reason) {
    if ("required".equals(System.getenv(SWITCH))) {
      fail(reason + " (" + SWITCH + "=required)");
    }
    abort(reason);
  }
}
