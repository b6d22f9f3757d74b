package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.ServerOptions;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What `/metrics` says after conversations of which everything is known.
@Timeout(60)
class MetricsTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final TestServer server =
      TestServer.start(
          0,
          ServerOptions.builder()
              .webSocket(WebSocketOptions.builder().maxMessageBytes(1000).build()));

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void countsAConversation() throws Exception {
    TestClient first = TestClient.connect(server.ws("/ws"));
    TestClient second = TestClient.connect(server.ws("/ws"));
    TestClient third = TestClient.connect(server.ws("/ws"));
    first.send("hi");
    first.nextText();
    assertThat(numbers()).containsEntry("gimlet_websockets", 3.0);

    first.close();
    first.closed();
    second.send("x".repeat(1001));
    second.closed();
    third.close();
    third.closed();
    assertThatThrownBy(() -> TestClient.connectFrom("https://evil.example", server.ws("/ws")));
    awaitNone();

    assertThat(numbers())
        .containsEntry("gimlet_websockets", 0.0)
        .containsEntry("gimlet_websockets_opened_total", 3.0)
        .containsEntry("gimlet_websockets_closed_total{class=\"normal\"}", 2.0)
        .containsEntry("gimlet_websockets_closed_total{class=\"too_big\"}", 1.0)
        .containsEntry("gimlet_handshakes_refused_total{reason=\"origin\"}", 1.0)
        .containsEntry("gimlet_handler_failures_total", 0.0);
  }

  @Test
  void countsRoomsAndTheirStreams() throws Exception {
    HttpRequest publish =
        HttpRequest.newBuilder(server.http("/rooms/lobby"))
            .POST(HttpRequest.BodyPublishers.ofString("hi"))
            .build();
    try (EventReader reader = EventReader.open(server.http("/rooms/lobby/events"));
        EventReader other = EventReader.open(server.http("/rooms/lobby/events"))) {
      reader.firstId();
      other.firstId();
      HTTP.send(publish, BodyHandlers.ofString());
      reader.next();
      other.next();

      assertThat(numbers())
          .containsEntry("gimlet_event_streams", 2.0)
          .containsEntry("gimlet_rooms", 1.0)
          .containsEntry("gimlet_room_members", 2.0)
          .containsEntry("gimlet_publications_total", 1.0)
          .containsEntry("gimlet_deliveries_total", 2.0);
    }
    awaitZero("gimlet_event_streams");
    awaitZero("gimlet_rooms"); // retired a little after its last member has left

    assertThat(numbers())
        .containsEntry("gimlet_event_streams_opened_total", 2.0)
        .containsEntry("gimlet_event_streams_closed_total{reason=\"client_gone\"}", 2.0)
        .containsEntry("gimlet_room_waiting_bytes", 0.0)
        .containsEntry("gimlet_room_members", 0.0)
        .containsEntry("gimlet_rooms", 0.0);
  }

  @Test
  void countsOnceEachRequestOfAPageThatMayNotUseARoom() throws Exception {
    HttpRequest.Builder strange = HttpRequest.newBuilder().header("Origin", "https://evil.example");

    HTTP.send(strange.uri(server.http("/rooms/lobby/events")).build(), BodyHandlers.discarding());
    HTTP.send(
        strange
            .uri(server.http("/rooms/lobby"))
            .POST(HttpRequest.BodyPublishers.ofString("hi"))
            .build(),
        BodyHandlers.discarding());

    assertThat(numbers())
        .containsEntry("gimlet_handshakes_refused_total{reason=\"origin\"}", 2.0)
        .containsEntry("gimlet_handler_failures_total", 0.0);
  }

  @Test
  void hasNoLabelThatAPeerChooses() throws Exception {
    Set<String> before = labelled();
    for (int code = 3000; code < 3050; code++) {
      WebSocket peer =
          HTTP.newWebSocketBuilder()
              .subprotocols("hostile-" + code)
              .header("Origin", server.http("").toString())
              .buildAsync(server.ws("/ws?room=hostile-" + code), new WebSocket.Listener() {})
              .join();
      peer.sendText("hostile", true).join();
      peer.sendPing(ByteBuffer.wrap(new byte[] {1})).join();
      peer.sendClose(code, "hostile").join();
      String strange = "https://hostile-" + code + ".example";
      assertThatThrownBy(() -> TestClient.connectFrom(strange, server.ws("/ws")));
      get("/hostile-" + code);
    }
    awaitNone();

    assertThat(labelled()).isEqualTo(before).noneMatch(line -> line.contains("hostile"));
    assertThat(numbers())
        .containsEntry("gimlet_websockets_closed_total{class=\"other\"}", 50.0)
        .containsEntry("gimlet_handshakes_refused_total{reason=\"origin\"}", 50.0);
  }

  @Test
  void isNotForPagesOfOtherSites() throws Exception {
    for (String path : new String[] {"/metrics", "/health"}) {
      HttpResponse<String> response = get(path);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
      assertThat(response.headers().firstValue("Cross-Origin-Resource-Policy"))
          .contains("same-origin");
      assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    }
    assertThat(get("/metrics").headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
  }

  /// Every number of ours, by name and labels.
  private Map<String, Double> numbers() throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("gimlet_"))
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.lastIndexOf(' ')),
                line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
  }

  private Set<String> labelled() throws Exception {
    return numbers().keySet();
  }

  /// A peer knows of the end of its connection a little before the server has counted it.
  private void awaitNone() throws Exception {
    awaitZero("gimlet_websockets");
  }

  private void awaitZero(String gauge) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (numbers().getOrDefault(gauge, Double.NaN) != 0.0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI address = server.http(path);
    return HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
  }
}
