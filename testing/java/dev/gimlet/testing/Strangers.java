package dev.gimlet.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Programs of other projects that meet ours, and whether it is a failure that this machine lacks
/// one.
public final class Strangers {

  private static final String SWITCH = "GIMLET_STRANGERS_TESTS";

  private Strangers() {}

  /// Skips the test, or fails it where strangers are required, as in CI.
  public static void missing(String reason) {
    if ("required".equals(System.getenv(SWITCH))) {
      fail(reason + " (" + SWITCH + "=required)");
    }
    abort(reason);
  }

  /// Whether there is such a program.
  public static boolean isOnThePath(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }
}
