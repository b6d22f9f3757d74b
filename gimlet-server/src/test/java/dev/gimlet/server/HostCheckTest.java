package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final TestServer server =
      TestServer.start(new HostCheck(List.of("chat.example", "LOCALHOST", "127.0.0.1", "[::1]")));

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chat.example",
        "chat.example:8080",
        "Chat.EXAMPLE:80",
        "localhost",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:8080"
      })
  void servesTheHostsThatItWasGiven(String host) throws Exception {
    assertThat(get("/ping", host)).startsWith("HTTP/1.1 200 ").endsWith("{\"message\":\"pong\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "a.chat.example",
        "chat.example.evil.example:8080",
        "chat.example.",
        "127.0.0.2",
        "[::2]:8080"
      })
  void refusesOtherHosts(String host) throws Exception {
    assertThat(get("/ping", host)).startsWith("HTTP/1.1 421 ").doesNotContain("pong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/chat.js", "/metrics", "/rooms/lobby/events", "/nothing"})
  void refusesThemWhateverTheyAskFor(String path) throws Exception {
    assertThat(get(path, "evil.example")).startsWith("HTTP/1.1 421 ");
  }

  @Test
  void saysWhatToChange() throws Exception {
    assertThat(get("/", "evil.example:8080"))
        .endsWith(
            "{\"error\":\"this server does not serve the host evil.example: to do so it is started"
                + " with --allow-host evil.example\",\"status\":421}");
  }

  @Test
  void refusesOpeningHandshakes() throws Exception {
    String page =
        answer(
            "GET /chat?name=Ann HTTP/1.1",
            "Host: evil.example",
            "Origin: http://evil.example",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

    assertThat(page).startsWith("HTTP/1.1 421 ");
  }

  @Test
  void refusesRequestsThatNameNoHost() throws Exception {
    assertThat(answer("GET /ping HTTP/1.0"))
        .contains(" 421 ")
        .contains("names no host: send a Host");
  }

  @Test
  void letsEverybodyAskForTheHealth() throws Exception {
    assertThat(get("/health", "10.1.2.3:8080")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void servesEveryHostWhenItWasGivenNone() throws Exception {
    try (TestServer open = TestServer.start()) {
      assertThat(get(open, "/ping", "evil.example")).startsWith("HTTP/1.1 200 ");
    }
  }

  private String get(String path, String host) throws IOException {
    return get(server, path, host);
  }

  private static String get(TestServer server, String path, String host) throws IOException {
    return answer(server, "GET " + path + " HTTP/1.1", "Host: " + host, "Connection: close");
  }

  private String answer(String... lines) throws IOException {
    return answer(server, lines);
  }

  /// All that is answered to a head of these lines, until the end of the connection.
  private static String answer(TestServer server, String... lines) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String head = String.join("\r\n", lines) + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
