package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs Jazzer on each target: only with the profile `fuzz`, which brings it.
///
/// `-Dgimlet.fuzz.seconds` is the time for each target, 60 by default. What it finds worth keeping
/// is in `target/fuzz`, and an input that makes a target fail stands in the log there.
@Tag("fuzz")
class FuzzingTest {

  private static final Path HOME = Path.of("target", "fuzz").toAbsolutePath();
  private static final long SECONDS = Long.getLong("gimlet.fuzz.seconds", 60);

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void findsNothing(FuzzTarget target) throws Exception {
    String name = target.name().toLowerCase(Locale.ROOT);
    Path found = Files.createDirectories(HOME.resolve(name));
    Path log = HOME.resolve(name + ".log");

    Process jazzer =
        new ProcessBuilder(command(target, found))
            .directory(HOME.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int exit;
    try {
      exit = jazzer.waitFor();
    } finally {
      jazzer.destroyForcibly();
    }

    assertThat(exit).as("the exit code of Jazzer, see %s", log.toUri()).isZero();
  }

  /// New inputs go to the first folder; those of the second are where it starts from.
  private static List<String> command(FuzzTarget target, Path found) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+EnableDynamicAgentLoading",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + FuzzEntry.class.getName(),
        "--target_args=" + target,
        "--instrumentation_includes=dev.gimlet.**",
        // It objects to every use of Unsafe, and Netty's buffers use it.
        "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
        "-max_total_time=" + SECONDS,
        "-max_len=4096",
        "-timeout=10",
        found.toString(),
        FuzzCorpusTest.folder(target).toString());
  }
}
