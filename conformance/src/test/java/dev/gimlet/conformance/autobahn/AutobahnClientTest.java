package dev.gimlet.conformance.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.client.ClientOptions;
import dev.gimlet.client.OfflinePolicy;
import dev.gimlet.client.WebSocketClient;
import dev.gimlet.websocket.WebSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The client obeys RFC 6455, as the Autobahn test suite understands it.
@Tag("autobahn")
class AutobahnClientTest {

  private static final CaseSelection CASES = CaseSelection.ofBuild();
  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(1);

  @Test
  void obeysTheProtocol() throws Exception {
    try (FuzzingServer suite = FuzzingServer.start(CASES);
        WebSocketClient patient = WebSocketClient.create();
        WebSocketClient client = WebSocketClient.create(options())) {
      int count = suite.countCases(patient);
      for (int number = 1; number <= count; number++) {
        suite.runCase(client, number);
      }

      AgentReport report = suite.report(client);
      assertThat(report.faults()).isEmpty();
      assertThat(report.cases()).as("the cases that ran").hasSize(CASES.count());
    }
  }

  /// Nothing that a case does not expect: no second try, no pings of its own.
  private static ClientOptions options() {
    return ClientOptions.builder()
        .webSocket(
            WebSocketOptions.builder()
                .maxMessageBytes(MAX_MESSAGE_BYTES)
                .outboxBytes(MAX_MESSAGE_BYTES + 1024)
                .heartbeat(Duration.ZERO, CLOSE_TIMEOUT)
                .closeTimeout(CLOSE_TIMEOUT)
                .noCompression()
                .build())
        .confirmInterval(Duration.ZERO)
        .offline(OfflinePolicy.KEEP, 2 * MAX_MESSAGE_BYTES)
        .noReconnect()
        .build();
  }
}
