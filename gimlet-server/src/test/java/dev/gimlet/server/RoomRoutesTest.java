package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.ServerOptions;
import dev.gimlet.server.EventReader.Event;
import dev.gimlet.server.rooms.ApiKeys;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The door to rooms that needs no WebSocket.
@Timeout(60)
class RoomRoutesTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String KEY = "0123456789abcdef";

  private TestServer server = TestServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Nested
  class Listening {

    @Test
    void getsWhatIsPublishedWithItsPosition() throws Exception {
      try (EventReader reader = EventReader.open(server.http("/rooms/lobby/events"))) {
        reader.firstId();
        String first = position(post("/rooms/lobby", "text/plain", "hello\nworld"));
        String second = position(post("/rooms/lobby", "application/json", "{\"a\":1}"));

        assertThat(reader.next()).isEqualTo(new Event(first, "message", "hello\nworld"));
        assertThat(reader.next()).isEqualTo(new Event(second, "message", "{\"a\":1}"));
      }
    }

    @Test
    void getsBinaryInBase64() throws Exception {
      try (EventReader reader = EventReader.open(server.http("/rooms/lobby/events"))) {
        reader.firstId();
        post("/rooms/lobby", "application/octet-stream", new byte[] {0, (byte) 0xFF});

        Event event = reader.next();
        assertThat(event.type()).isEqualTo("binary");
        assertThat(event.data()).isEqualTo("AP8=");
      }
    }

    @Test
    void hearsNothingOfOtherRooms() throws Exception {
      try (EventReader reader = EventReader.open(server.http("/rooms/%E5%AE%A2%E6%9C%8D/events"))) {
        reader.firstId();
        post("/rooms/lobby", "text/plain", "not for you");
        post("/rooms/%E5%AE%A2%E6%9C%8D", "text/plain", "你好");

        assertThat(reader.next().data()).isEqualTo("你好");
      }
    }

    @Test
    void recoversFromThePositionItNames() throws Exception {
      String first = position(post("/rooms/lobby", "text/plain", "one"));
      post("/rooms/lobby", "text/plain", "two");
      post("/rooms/lobby", "text/plain", "three");

      try (EventReader reader =
              EventReader.open(server.http("/rooms/lobby/events"), "Last-Event-ID", first);
          EventReader byQuery =
              EventReader.open(server.http("/rooms/lobby/events?since=" + first))) {
        for (EventReader each : List.of(reader, byQuery)) {
          assertThat(each.next().data()).isEqualTo("two");
          assertThat(each.next().data()).isEqualTo("three");
        }
        post("/rooms/lobby", "text/plain", "four");
        for (EventReader each : List.of(reader, byQuery)) {
          assertThat(each.next().data()).isEqualTo("four");
        }
      }
    }

    @Test
    void knowsItsPositionBeforeTheFirstEvent() throws Exception {
      post("/rooms/lobby", "text/plain", "before");
      String position;
      try (EventReader reader = EventReader.open(server.http("/rooms/lobby/events"))) {
        position = reader.firstId();
      }
      post("/rooms/lobby", "text/plain", "missed");

      try (EventReader again =
          EventReader.open(server.http("/rooms/lobby/events"), "Last-Event-ID", position)) {
        assertThat(again.next().data()).isEqualTo("missed");
      }
    }

    @Test
    void isToldWhenItCannotRecover() throws Exception {
      String top = position(post("/rooms/lobby", "text/plain", "one"));
      try (EventReader reader =
          EventReader.open(server.http("/rooms/lobby/events"), "Last-Event-ID", "gone:7")) {
        Event event = reader.next();
        JsonNode told = JsonMapper.shared().readTree(event.data());

        assertThat(event.type()).isEqualTo("not-recovered");
        assertThat(event.id()).isEqualTo(top);
        assertThat(told.path("position").stringValue()).isEqualTo(top);
        assertThat(told.path("reason").stringValue()).isNotBlank();
        post("/rooms/lobby", "text/plain", "two");
        assertThat(reader.next().data()).isEqualTo("two");
      }
    }

    @Test
    void refusesAPositionThatIsNone() throws Exception {
      HttpResponse<String> response = get("/rooms/lobby/events?since=yesterday");

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("no position");
    }

    @Test
    void endsWhenTheServerStops() throws Exception {
      EventReader reader = EventReader.open(server.http("/rooms/lobby/events"));
      reader.firstId();

      server.close();

      assertThat(reader.isAtEnd()).isTrue();
    }
  }

  @Nested
  class Publishing {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            multipart/form-data; boundary=x  | 415
            image/png                        | 415
            text/plain; charset=iso-8859-1   | 415
            text/plain; charset="iso-8859-1" | 415
            text/plain; charset=utf-8        | 200
            text/plain; charset="utf-8"      | 200
            text/html                        | 200
            application/problem+json         | 200
            application/x-www-form-urlencoded| 200
            application/octet-stream         | 200
            """)
    void takesTheseMediaTypes(String mediaType, int status) throws Exception {
      assertThat(post("/rooms/lobby", mediaType, "hello").statusCode()).isEqualTo(status);
    }

    @Test
    void namesTheMediaTypeThatItDoesNotTake() throws Exception {
      assertThat(post("/rooms/lobby", "image/png", "hello").body()).contains(", not image/png\"");
    }

    @Test
    void refusesWhatIsNoMessage() throws Exception {
      assertThat(post("/rooms/lobby", "text/plain", "").statusCode()).isEqualTo(400);
      assertThat(post("/rooms/lobby", "text/plain", new byte[] {(byte) 0xC3, '('}).statusCode())
          .isEqualTo(400);
      assertThat(post("/rooms/lobby", "text/plain", new byte[(1 << 20) + 1]).statusCode())
          .isEqualTo(413);
      assertThat(post("/rooms/" + "x".repeat(65), "text/plain", "hi").statusCode()).isEqualTo(400);
      assertThat(post("/rooms/a%00b", "text/plain", "hi").statusCode()).isEqualTo(400);
    }

    @Test
    void takesARoomOfSixtyFourEmoji() throws Exception {
      String room = "/rooms/" + URLEncoder.encode("👩".repeat(64), UTF_8);

      assertThat(post(room, "text/plain", "hi").statusCode()).isEqualTo(200);
    }

    @Test
    void takesTheSameKeyOnce() throws Exception {
      try (EventReader reader = EventReader.open(server.http("/rooms/lobby/events"))) {
        reader.firstId();
        HttpResponse<String> first = postWithKey("order-1", "paid");
        HttpResponse<String> again = postWithKey("order-1", "paid");
        post("/rooms/lobby", "text/plain", "next");

        assertThat(position(again)).isEqualTo(position(first));
        assertThat(first.body()).contains("\"repeated\":false");
        assertThat(again.body()).contains("\"repeated\":true");
        assertThat(reader.next().data()).isEqualTo("paid");
        assertThat(reader.next().data()).isEqualTo("next");
      }
    }

    @Test
    void refusesAKeyThatIsTooLong() throws Exception {
      assertThat(postWithKey("k".repeat(129), "hi").statusCode()).isEqualTo(400);
    }
  }

  @Nested
  class Pages {

    @ParameterizedTest
    @CsvSource({
      "Origin, https://evil.example",
      "Origin, null",
      "Sec-Fetch-Site, cross-site",
      "Sec-Fetch-Site, same-site"
    })
    void ofOtherSitesAreRefused(String name, String value) throws Exception {
      assertThat(get("/rooms/lobby/events", name, value).statusCode()).isEqualTo(403);
      HttpResponse<String> response = post("/rooms/lobby", "text/plain", "hi", name, value);

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body()).containsAnyOf("pages of", "is not an origin");
    }

    @Test
    void ofThisServerMayPublish() throws Exception {
      String own = server.http("").toString();

      assertThat(
              post(
                      "/rooms/lobby",
                      "text/plain",
                      "hi",
                      "Origin",
                      own,
                      "Sec-Fetch-Site",
                      "same-origin")
                  .statusCode())
          .isEqualTo(200);
    }

    @Test
    void ofAnAdmittedOriginMayPublish() throws Exception {
      server.close();
      server = TestServer.start(0, ServerOptions.builder().allowOrigins("https://chat.example"));

      assertThat(
              post("/rooms/lobby", "text/plain", "hi", "Origin", "https://chat.example")
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Nested
  class WithApiKeys {

    private void start() {
      server.close();
      server =
          TestServer.start(0, ServerOptions.builder(), ApiKeys.of(List.of("f".repeat(20), KEY)));
    }

    @Test
    void refusesWhoHasNone() throws Exception {
      start();

      assertThat(post("/rooms/lobby", "text/plain", "hi").statusCode()).isEqualTo(401);
      assertThat(get("/rooms/lobby/events").statusCode()).isEqualTo(401);
      HttpResponse<String> wrong =
          post("/rooms/lobby", "text/plain", "hi", "X-API-Key", KEY.replace('0', '1'));
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(wrong.body()).contains("X-API-Key").doesNotContain(KEY);
    }

    @Test
    void takesEachOfThem() throws Exception {
      start();
      try (EventReader reader =
          EventReader.open(server.http("/rooms/lobby/events"), "X-API-Key", "f".repeat(20))) {
        reader.firstId();
        post("/rooms/lobby", "text/plain", "hi", "X-API-Key", KEY);

        assertThat(reader.next().data()).isEqualTo("hi");
      }
    }
  }

  private HttpResponse<String> postWithKey(String key, String body) throws Exception {
    return post("/rooms/lobby", "text/plain", body, "Idempotency-Key", key);
  }

  private HttpResponse<String> post(String path, String mediaType, String body, String... fields)
      throws Exception {
    return post(path, mediaType, body.getBytes(UTF_8), fields);
  }

  private HttpResponse<String> post(String path, String mediaType, byte[] body, String... fields)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.http(path))
            .header("Content-Type", mediaType)
            .POST(BodyPublishers.ofByteArray(body));
    for (int i = 0; i < fields.length; i += 2) {
      request.header(fields[i], fields[i + 1]);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  /// For requests that are refused: a stream would not end.
  private HttpResponse<String> get(String path, String... fields) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.http(path));
    if (fields.length > 0) {
      request.headers(fields);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static String position(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.body()).path("position").stringValue();
  }
}
