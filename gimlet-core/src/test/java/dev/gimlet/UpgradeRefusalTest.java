package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.HttpException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What follows a refused upgrade may be anything, and is never answered.
@Timeout(60)
class UpgradeRefusalTest {
  private static final String ADMIN = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";

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
      value = {
        "another origin | GET /ws | Origin: http://evil.example | 403",
        "another version | GET /ws | Sec-WebSocket-Version: 8 | 426",
        "a second key | GET /ws | Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA== | 400",
        "a body | GET /ws | Content-Length: 5 | 400",
        "another method | POST /ws | X: y | 405",
        "no WebSocket | GET /page | X: y | 200",
        "no such page | GET /none | X: y | 404",
        "a refusal of the program | GET /private | X: y | 401"
      })
  void isTheOnlyAnswer(String name, String request, String field, int status) throws IOException {
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send(handshake(request, field) + (name.equals("a body") ? "hello" : "") + ADMIN);

      List<RawHttp.Response> responses = client.readAll();

      assertThat(responses).extracting(RawHttp.Response::status).containsExactly(status);
      assertThat(responses.getFirst().field("Connection")).hasValue("close");
      assertThat(admin).hasValue(0);
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

  private static String handshake(String request, String field) {
    String version = field.startsWith("Sec-WebSocket-V") ? "" : "Sec-WebSocket-Version: 13\r\n";
    return request
        + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + version
        + field
        + "\r\n\r\n";
  }
}
