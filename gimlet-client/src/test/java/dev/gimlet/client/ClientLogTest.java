package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What a client whose servers are all away logs.
class ClientLogTest {

  private static final Reconnecting NEXT =
      new Reconnecting(1, Duration.ofSeconds(1), new Ending.Unreachable("nobody is there"));

  private long nanos;
  private final ClientLog log = new ClientLog(() -> nanos);

  @Test
  void hasTenWarningsInASecondAtMost() {
    try (LoggedLines logged = new LoggedLines()) {
      warn(1000);
      assertThat(logged.lines())
          .hasSize(10)
          .containsOnly(
              "WARNING ws://a.example/: nobody is there; trying again until there is a connection");

      nanos += Duration.ofSeconds(1).toNanos();
      warn(1);

      assertThat(logged.lines())
          .hasSize(11)
          .last()
          .asString()
          .endsWith("990 more that were not logged)");
    }
  }

  private void warn(int times) {
    for (int i = 0; i < times; i++) {
      log.warnOfFailure("ws://a.example/", NEXT);
    }
  }
}
