package dev.gimlet.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs tests in a process of their own, which the guard found by JUnit may end.
@Timeout(120)
final class LeakGuardTest {

  /// What one process said, and how it ended.
  private record Run(int exitCode, String said) {}

  /// No test of this build: it takes a buffer and loses it.
  static final class Careless {

    @Test
    void losesABuffer() {
      ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(64);
      buffer.writeByte(1);
    }
  }

  /// No test of this build: it gives its buffer back.
  static final class Careful {

    @Test
    void releasesItsBuffer() {
      ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(64);
      buffer.release();
    }
  }

  /// The program of the child: runs the tests of one class.
  static void main(String... args) {
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(args[0]))
                .build());
  }

  @Test
  void failsARunThatLosesABuffer() throws Exception {
    Run run = run(Careless.class);

    assertThat(run.exitCode()).isEqualTo(70);
    assertThat(run.said())
        .contains("was not released", "1 buffers leaked: the test run has failed");
  }

  @Test
  void letsARunPassThatLosesNone() throws Exception {
    assertThat(run(Careful.class)).isEqualTo(new Run(0, ""));
  }

  private static Run run(Class<?> tests) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                LeakGuardTest.class.getName(),
                tests.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), UTF_8);
    return new Run(child.waitFor(), said);
  }
}
