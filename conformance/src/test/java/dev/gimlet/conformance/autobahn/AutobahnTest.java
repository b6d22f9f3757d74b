package dev.gimlet.conformance.autobahn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every way to answer a message obeys RFC 6455, as the Autobahn test suite understands it; and
/// nothing changes over TLS.
///
/// An agent is the suite's word for a server in its reports, which are in `target/autobahn`.
@Tag("autobahn")
class AutobahnTest {
  static final List<String> AGENTS = List.of("loop", "event", "prepared", "tls");

  private static final CaseSelection CASES = CaseSelection.ofBuild();

  // Group 9 echoes messages of 16 MiB; the outbox takes one, and its frame's header.
  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final int OUTBOX_BYTES = MAX_MESSAGE_BYTES + 1024;

  // Longer than the suite waits: a server that leaves the end to its timeout fails.
  private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(1);

  // The suite answers no ping while it makes the fragments of a large message: up to a minute.
  private static final Duration NO_HEARTBEAT = Duration.ZERO;

  private static Map<String, AgentReport> reports = Map.of();

  @BeforeAll
  static void runTheSuite(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.create(folder);
    try (RunningServer plain = echoServer(ServerOptions.builder());
        RunningServer secure =
            echoServer(ServerOptions.builder().tls(certificate.certificate(), certificate.key()));
        TlsTunnel tunnel = TlsTunnel.open(certificate.client(), secure.port())) {
      Map<String, Integer> ports = new LinkedHashMap<>();
      AGENTS.forEach(agent -> ports.put(agent, plain.port()));
      ports.put("tls", tunnel.port());
      reports = FuzzingClient.run(ports, CASES);
    }
  }

  @ParameterizedTest
  @FieldSource("AGENTS")
  void obeysTheProtocol(String agent) {
    AgentReport report = requireNonNull(reports.get(agent), "the suite did not report on it");
    assertThat(report.faults()).isEmpty();
    assertThat(report.cases()).as("the cases that ran").hasSize(CASES.count());
  }

  private static RunningServer echoServer(ServerOptions.Builder options) {
    return Gimlet.bare(options.host("127.0.0.1").webSocket(options()).build())
        .ws(
            "/loop",
            connection -> {
              for (Message message : connection) {
                connection.send(message);
              }
            })
        .ws("/event", WebSocketListener.onMessage((peer, message) -> peer.send(message)))
        .ws("/tls", WebSocketListener.onMessage((peer, message) -> peer.send(message)))
        .ws(
            "/prepared",
            WebSocketListener.onMessage((peer, it) -> peer.send(PreparedMessage.of(it))))
        .start(0);
  }

  private static WebSocketOptions options() {
    return WebSocketOptions.builder()
        .maxMessageBytes(MAX_MESSAGE_BYTES)
        .outboxBytes(OUTBOX_BYTES)
        .heartbeat(NO_HEARTBEAT, CLOSE_TIMEOUT)
        .closeTimeout(CLOSE_TIMEOUT)
        .build();
  }
}
