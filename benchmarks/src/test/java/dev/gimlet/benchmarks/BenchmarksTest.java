package dev.gimlet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A short run, so that the benchmarks still work on the day they are needed.
@EnabledOnOs(OS.LINUX) // servers are pinned and judged by what /proc tells
class BenchmarksTest {
  private static final String LAST_CORE =
      Integer.toString(Runtime.getRuntime().availableProcessors() - 1);

  @Test
  void measuresGimletBesideRawTcp(@TempDir Path home) throws Exception {
    int exitCode = run(home, "--quick", "--only=raw,gimlet-event", "--case=echo-32");

    String report = Files.readString(home.resolve("target/report.md"));
    assertThat(report).contains("| raw TCP, in Java | ").contains("| Gimlet, event style | ");
    assertThat(exitCode).as(report).isZero();
  }

  @Test
  void measuresTlsBesideGimletWithout(@TempDir Path home) throws Exception {
    int exitCode =
        run(home, "--quick", "--only=gimlet-event,gimlet-event-tls-jdk", "--case=echo-32");

    String report = Files.readString(home.resolve("target/report.md"));
    assertThat(report).contains(" of the same without TLS |");
    assertThat(exitCode).as(report).isZero();
  }

  @Test
  void measuresRoomsWithManyPublishersAndSlowMembers(@TempDir Path home) throws Exception {
    int exitCode =
        run(home, "--quick", "--only=gimlet-event", "--case=broadcast-1k-of-100,stalled-1k");

    String report = Files.readString(home.resolve("target/report.md"));
    assertThat(report).contains("deliveries/s").contains("p99 ÷ p99");
    assertThat(exitCode).as(report).isZero();
  }

  @Test
  void refusesAServerItDoesNotKnow(@TempDir Path home) {
    assertThat(run(home, "--only=apache")).isEqualTo(2);
  }

  private static int run(Path home, String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--generator-core=" + LAST_CORE;
    return Benchmarks.run(home, all);
  }
}
