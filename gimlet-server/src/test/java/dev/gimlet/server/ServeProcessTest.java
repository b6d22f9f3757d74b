package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Slow;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.websocket.CloseStatus;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `gimlet serve` as a process of its own: how it starts, stops and fails.
class ServeProcessTest {

  private static final Pattern LOCAL_PORT =
      Pattern.compile("https?://(?:localhost|[0-9.]+):(\\d+)");

  @Test
  void stopsCleanlyOnSigterm() throws Exception {
    Process process = serve("--port", "0");
    try (BufferedReader output = process.inputReader(UTF_8)) {
      TestClient client =
          TestClient.connect(URI.create("ws://localhost:" + port(output) + "/chat?name=Ann"));
      client.nextEvent("welcome");

      process.destroy(); // SIGTERM

      assertThat(client.closed()).isEqualTo(CloseStatus.GOING_AWAY);
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @Slow
  void endsEventStreamsAndDeliversFirstOnSigterm() throws Exception {
    Process process = serve("--port", "0", "--no-metrics");
    try (BufferedReader output = process.inputReader(UTF_8);
        HttpClient http = HttpClient.newHttpClient()) {
      String address = "http://localhost:" + port(output);
      EventReader reader = EventReader.open(URI.create(address + "/rooms/lobby/events"));
      reader.firstId();
      HttpRequest publish =
          HttpRequest.newBuilder(URI.create(address + "/rooms/lobby"))
              .POST(BodyPublishers.ofString("last words"))
              .build();
      HttpRequest metrics = HttpRequest.newBuilder(URI.create(address + "/metrics")).build();
      assertThat(http.send(metrics, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
      assertThat(http.send(publish, BodyHandlers.ofString()).statusCode()).isEqualTo(200);

      process.destroy(); // SIGTERM

      assertThat(reader.next().data()).isEqualTo("last words");
      assertThat(reader.isAtEnd()).isTrue();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @Slow
  void wantsTheKeyOfItsEnvironment() throws Exception {
    Process process = serve(Map.of("GIMLET_API_KEY", "0123456789abcdef"), "--port", "0");
    try (BufferedReader output = process.inputReader(UTF_8)) {
      URI events = URI.create("http://localhost:" + port(output) + "/rooms/lobby/events");

      assertThat(EventReader.request(events).statusCode()).isEqualTo(401);
      EventReader.open(events, "X-API-Key", "0123456789abcdef").close();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @Slow
  void saysInOneLineThatAKeyIsTooShort() throws Exception {
    Process option = serve("--port", "0", "--api-key", "secret");
    Process variable = serve(Map.of("GIMLET_API_KEY", "secret"), "--port", "0");

    for (Process process : List.of(option, variable)) {
      String error = new String(process.getErrorStream().readAllBytes(), UTF_8);

      assertThat(process.waitFor()).isEqualTo(2);
      assertThat(error)
          .startsWith("gimlet: ")
          .contains("an API key of 6 characters: use at least 16")
          .doesNotContain("secret")
          .hasLineCount(1);
    }
  }

  @Test
  @Slow
  void speaksTls(@TempDir Path folder) throws Exception {
    TestCertificate files = TestCertificate.create(folder);
    Process process =
        serve(
            "--port",
            "0",
            "--tls-cert",
            files.certificate().toString(),
            "--tls-key",
            files.key().toString());
    try (BufferedReader output = process.inputReader(UTF_8);
        HttpClient http = HttpClient.newBuilder().sslContext(files.client()).build()) {
      URI ping = URI.create("https://localhost:" + port(output) + "/ping");

      HttpRequest request = HttpRequest.newBuilder(ping).build();

      assertThat(http.send(request, BodyHandlers.ofString()).body()).contains("pong");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @Slow
  void saysInOneLineThatTheCertificateIsMissing() throws Exception {
    Process process = serve("--port", "0", "--tls-cert", "none.pem", "--tls-key", "none.key");

    String error = new String(process.getErrorStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(error).startsWith("gimlet: there is no TLS file none.pem").hasLineCount(1);
  }

  @Slow
  @Test
  void saysInOneLineThatThePortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process =
          serve("--host", "127.0.0.1", "--port", Integer.toString(taken.getLocalPort()));

      String error = new String(process.getErrorStream().readAllBytes(), UTF_8);

      assertThat(process.waitFor()).isEqualTo(1);
      assertThat(error).startsWith("gimlet: ").contains("in use").hasLineCount(1);
    }
  }

  private static Process serve(String... options) throws Exception {
    return serve(Map.of(), options);
  }

  private static Process serve(Map<String, String> environment, String... options)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "serve"));
    command.addAll(List.of(options));
    ProcessBuilder program = new ProcessBuilder(command);
    program.environment().putAll(environment);
    return program.start();
  }

  private static int port(BufferedReader output) throws Exception {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher address = LOCAL_PORT.matcher(line);
      if (address.find()) {
        return Integer.parseInt(address.group(1));
      }
    }
    throw new AssertionError("the server ended without telling its address");
  }
}
