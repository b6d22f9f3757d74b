package dev.gimlet.conformance.autobahn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The suite's client: it talks to servers in all the ways of its cases and judges the answers.
final class FuzzingClient {
  static final Path HOME = Path.of("target", "autobahn").toAbsolutePath();
  private static final Path SUITE = HOME.resolve("suite");
  private static final Path JYTHON = HOME.resolve("jython-standalone.jar");
  private static final Path SPEC = HOME.resolve("spec.json");
  private static final Path LOG = HOME.resolve("wstest.log");
  private static final Path REPORTS = HOME.resolve("reports");
  private static final Path INDEX = REPORTS.resolve("index.json");
  private static final Duration TIMEOUT = Duration.ofMinutes(60);

  private static final JsonMapper JSON = JsonMapper.shared();

  private FuzzingClient() {}

  /// Runs the cases against agents, each at a port of this machine and a path of its name.
  ///
  /// The reports are by agent.
  static Map<String, AgentReport> run(Map<String, Integer> ports, CaseSelection cases)
      throws Exception {
    assertThat(JYTHON).as("the suite, unpacked by the profile autobahn").exists();
    Files.deleteIfExists(INDEX);
    Files.writeString(SPEC, JSON.writeValueAsString(spec(ports, cases)));
    runSuite();
    return reports(REPORTS);
  }

  private static Map<String, Object> spec(Map<String, Integer> ports, CaseSelection cases) {
    var servers = ports.entrySet().stream().map(it -> server(it.getKey(), it.getValue())).toList();
    return Map.of(
        "outdir", REPORTS.toString(),
        "options", options(),
        "servers", servers,
        "cases", List.of("*"),
        "exclude-cases", cases.excluded(),
        "exclude-agent-cases", Map.of());
  }

  private static Map<String, String> server(String agent, int port) {
    return Map.of("agent", agent, "url", "ws://127.0.0.1:" + port + "/" + agent);
  }

  /// Seconds the suite waits for the server: no measure of it, so they outlast a busy machine.
  private static Map<String, Object> options() {
    return Map.of(
        "failByDrop", false,
        "openHandshakeTimeout", 50,
        "closeHandshakeTimeout", 10,
        "serverConnectionDropTimeout", 10);
  }

  private static void runSuite() throws IOException, InterruptedException, URISyntaxException {
    Process suite =
        new ProcessBuilder(command("fuzzingclient", SPEC))
            .redirectErrorStream(true)
            .redirectOutput(LOG.toFile())
            .start();
    try {
      suite.getOutputStream().close();
      boolean ended = suite.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended).as("the suite ends within %s, see %s", TIMEOUT, LOG.toUri()).isTrue();
    } finally {
      suite.destroyForcibly();
    }
    assertThat(INDEX).as("the index of the reports, see %s", LOG.toUri()).exists();
  }

  /// How the suite is started in one of its modes.
  static List<String> command(String mode, Path spec) throws URISyntaxException {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // The process lives too short for the better compiler to pay off.
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        // What Jython does that a later JDK will forbid.
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-jar",
        JYTHON.toString(),
        script().toString(),
        SUITE.toString(),
        mode,
        spec.toString());
  }

  private static Path script() throws URISyntaxException {
    return Path.of(requireNonNull(FuzzingClient.class.getResource("wstest.py")).toURI());
  }

  /// The reports of a folder, by agent.
  static Map<String, AgentReport> reports(Path folder) {
    var type = new TypeReference<Map<String, Map<String, CaseResult>>>() {};
    var index = JSON.readValue(folder.resolve("index.json").toFile(), type);
    Map<String, AgentReport> reports = new TreeMap<>();
    index.forEach((agent, results) -> reports.put(agent, new AgentReport(results, folder)));
    return reports;
  }
}
