package dev.gimlet.conformance.autobahn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.client.ClientLink;
import dev.gimlet.client.ClientListener;
import dev.gimlet.client.Ending;
import dev.gimlet.client.LoopLink;
import dev.gimlet.client.WebSocketClient;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/// The suite's server: each case is a connection to an address of its own, which the client under
/// test answers with what it gets.
final class FuzzingServer implements AutoCloseable {

  private static final String AGENT = "client";
  private static final long CASE_SECONDS = 300;

  private final Process suite;
  private final int port;
  private final Path reports;

  private FuzzingServer(Process suite, int port, Path reports) {
    this.suite = suite;
    this.port = port;
    this.reports = reports;
  }

  /// Starts it; it can be reached a little later.
  static FuzzingServer start(CaseSelection cases) throws Exception {
    Path reports = FuzzingClient.HOME.resolve("client-reports");
    Path spec = FuzzingClient.HOME.resolve("server-spec.json");
    Files.createDirectories(reports);
    Files.deleteIfExists(reports.resolve("index.json"));
    int port = freePort();
    Files.writeString(
        spec,
        JsonMapper.shared()
            .writeValueAsString(
                Map.of(
                    "url", "ws://127.0.0.1:" + port,
                    "webport", 0,
                    "outdir", reports.toString(),
                    "options", Map.of("failByDrop", false, "closeHandshakeTimeout", 10),
                    "cases", List.of("*"),
                    "exclude-cases", cases.excluded(),
                    "exclude-agent-cases", Map.of())));
    Process suite =
        new ProcessBuilder(FuzzingClient.command("fuzzingserver", spec))
            .redirectErrorStream(true)
            .redirectOutput(FuzzingClient.HOME.resolve("wstest-server.log").toFile())
            .start();
    suite.getOutputStream().close();
    return new FuzzingServer(suite, port, reports);
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// How many cases there are; the client tries until the suite is there.
  int countCases(WebSocketClient patient) {
    try (LoopLink link = patient.open(uri("/getCaseCount"))) {
      return Integer.parseInt(((Text) link.receive().orElseThrow()).value());
    }
  }

  /// Runs one case to the end of its connection.
  void runCase(WebSocketClient client, int number) throws InterruptedException {
    play(client, "/runCase?case=" + number + "&agent=" + AGENT);
  }

  /// Has the verdicts written, and reads them.
  AgentReport report(WebSocketClient client) throws InterruptedException {
    play(client, "/updateReports?agent=" + AGENT);
    return requireNonNull(
        FuzzingClient.reports(reports).get(AGENT), "the suite did not report on the client");
  }

  private void play(WebSocketClient client, String path) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    client.connect(
        uri(path),
        new ClientListener() {
          @Override
          public void onMessage(ClientLink link, Message message) {
            link.send(message);
          }

          @Override
          public void onClose(ClientLink link, Ending ending) {
            over.countDown();
          }
        });
    assertThat(over.await(CASE_SECONDS, TimeUnit.SECONDS)).as(path).isTrue();
  }

  private URI uri(String path) {
    return URI.create("ws://127.0.0.1:" + port + path);
  }

  @Override
  public void close() {
    suite.destroyForcibly();
  }
}
