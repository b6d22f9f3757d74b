package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.HttpException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What follows a refused upgrade may be anything, and is never answered.
@Timeout(60)
class UpgradeRefusalTest {
  private static final String ADMIN = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";

  private static final List<String> GOOD =
      List.of(
          "Host: a",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13");

  private final AtomicInteger admin = new AtomicInteger();
  private final RecordingEvents events = new RecordingEvents();
  private final RunningServer server =
      Gimlet.bare(ServerOptions.builder().events(events).build())
          .ws("/ws", connection -> connection.forEach(connection::send))
          .route("GET", "/page", context -> context.text("page"))
          .route("GET", "/private", context -> refuse())
          .any("/admin", _ -> admin.incrementAndGet())
          .start(0);

  private static void refuse() {
    throw new HttpException(401, "log in first");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          another origin    | GET /ws      | Origin: http://evil.example  | 403 | pages of http://evil.example may not open WebSockets of a: load the page from a, or admit it with allowOrigins("http://evil.example"), in gimlet serve with --allow-origin http://evil.example
          no origin at all  | GET /ws      | Origin: null                 | 403 | the Origin of the request is not an origin this server can admit
          two origins       | GET /ws      | Origin: http://a~Origin: http://a | 400 | the request has more than one Origin
          an older version  | GET /ws      | Sec-WebSocket-Version: 8     | 426 | the WebSocket version must be 13, sent once
          two versions      | GET /ws      | Sec-WebSocket-Version: 13~Sec-WebSocket-Version: 13 | 426 | the WebSocket version must be 13, sent once
          no upgrade        | GET /ws      | Upgrade: h2c                 | 426 | this address is a WebSocket: connect with ws:// or wss://, or send Upgrade: websocket
          no such option    | GET /ws      | Connection: keep-alive       | 426 | the request needs Connection: Upgrade; a proxy may have removed it
          a second key      | GET /ws      | Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==~Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA== | 400 | Sec-WebSocket-Key must be 16 bytes in base64, sent once
          a short key       | GET /ws      | Sec-WebSocket-Key: AAAA      | 400 | Sec-WebSocket-Key must be 16 bytes in base64, sent once
          broken protocols  | GET /ws      | Sec-WebSocket-Protocol: a b  | 400 | Sec-WebSocket-Protocol must be a list of different tokens
          a body            | GET /ws      | Content-Length: 5            | 400 | an opening handshake has no body
          another method    | POST /ws     | X: y                         | 405 | *
          no such page      | GET /none    | X: y                         | 404 | *
          a refusal of the program | GET /private | X: y                  | 401 | log in first
          """)
  void isTheOnlyAnswer(String name, String request, String fields, int status, String reason)
      throws IOException {
    RawHttp.Response response = onlyAnswer(name, request, fields);

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.field("Connection")).hasValue("close");
    assertThat(response.field("Content-Type")).hasValue("application/json");
    if (!reason.equals("*")) { // the router's own words
      assertThat(response.body())
          .isEqualTo(
              "{\"error\":\"%s\",\"status\":%d}".formatted(reason.replace("\"", "\\\""), status));
    }
  }

  @Test
  void isNoneWhereThereIsNoWebSocket() throws IOException {
    RawHttp.Response response = onlyAnswer("a page", "GET /page", "X: y");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.field("Connection")).hasValue("close");
  }

  /// The answer to a handshake with these fields, of which none that follows is answered.
  private RawHttp.Response onlyAnswer(String name, String request, String fields)
      throws IOException {
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send(handshake(request, fields) + (name.equals("a body") ? "hello" : "") + ADMIN);

      List<RawHttp.Response> responses = client.readAll();

      assertThat(responses).hasSize(1);
      assertThat(admin).hasValue(0);
      return responses.getFirst();
    }
  }

  @Test
  void ofAPlainRequestSaysWhatToSend() throws IOException {
    RawHttp.Response response = RawHttp.get(server.port(), "/ws");

    assertThat(response.status()).isEqualTo(426);
    assertThat(response.field("Upgrade")).hasValue("websocket");
    assertThat(response.field("Sec-WebSocket-Version")).hasValue("13");
    assertThat(response.body()).contains("ws://");
  }

  @Test
  void isToldOnce() throws Exception {
    RawHttp.get(server.port(), "/ws");

    assertThat(events.next()).isEqualTo("refused 426");
    assertThat(events.waiting()).isEmpty();
  }

  /// A handshake in which these fields, with a tilde between two, stand for those of their names.
  private static String handshake(String request, String fields) {
    List<String> changed = List.of(fields.split("~"));
    return Stream.concat(
            GOOD.stream().filter(field -> changed.stream().noneMatch(it -> sameName(it, field))),
            changed.stream())
        .collect(Collectors.joining("\r\n", request + " HTTP/1.1\r\n", "\r\n\r\n"));
  }

  private static boolean sameName(String field, String other) {
    return other.startsWith(field.substring(0, field.indexOf(':') + 1));
  }
}
