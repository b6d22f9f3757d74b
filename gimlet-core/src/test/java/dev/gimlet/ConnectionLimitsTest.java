package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.http.Context;
import dev.gimlet.http.EventStream;
import dev.gimlet.websocket.RateLimit;
import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How many WebSockets a server takes, and what it says to the others.
@Timeout(60)
class ConnectionLimitsTest {
  private final RecordingEvents events = new RecordingEvents();
  private final Queue<EventStream> streams = new ConcurrentLinkedQueue<>();
  private RunningServer server = Gimlet.bare().start(0);

  private void start(ConnectionLimits.Builder limits, String... trusted) {
    Gimlet app =
        Gimlet.bare(
            ServerOptions.builder()
                .connectionLimits(limits.build())
                .trustedProxies(trusted)
                .events(events)
                .build());
    app.get(
        "/ws",
        context -> {
          context.queryParameter("user").ifPresent(context::user);
          context.upgrade(connection -> connection.forEach(connection::send));
        });
    app.get("/events", this::listen);
    app.get("/client", context -> context.text(context.clientAddress() + " " + context.isSecure()));
    server.close();
    server = app.start(0);
  }

  private void listen(Context context) {
    context.queryParameter("user").ifPresent(context::user);
    streams.add(context.eventStream());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void inAllLeaveRequestsAlone() throws Exception {
    start(ConnectionLimits.builder().total(1));
    try (RawWebSocket one = connect("/ws")) {
      RawHttp.Response refused = refused("");

      assertThat(refused.body())
          .isEqualTo(
              "{\"error\":\"the server has its limit of 1 connections: try again later\","
                  + "\"status\":503}");
      assertThat(refused.field("Retry-After").map(Integer::parseInt).orElse(0)).isBetween(5, 15);
      assertThat(RawHttp.get(server.port(), "/client").status()).isEqualTo(200);
      one.send("unharmed");
      assertThat(one.read().text()).isEqualTo("unharmed");
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("refused 503");
  }

  @Test
  void ofAnAddressCloseSilentConnectionsAtOnce() throws Exception {
    start(ConnectionLimits.builder().perAddress(2));
    try (RawHttp one = RawHttp.connect(server.port());
        RawHttp two = RawHttp.connect(server.port());
        RawHttp three = RawHttp.connect(server.port())) {
      RawHttp.Response response = three.read();

      assertThat(response.status()).isEqualTo(503);
      assertThat(response.body()).contains("your address has its limit of 2 connections");
      assertThat(three.isAtEnd()).isTrue();
      assertThat(one.hasNothingToRead()).isTrue();
      assertThat(two.hasNothingToRead()).isTrue();
    }
    assertThat(events.next()).isEqualTo("refused 503");
  }

  @Test
  void ofAnAddressAreToldToThoseWhoStillSend() throws Exception {
    start(ConnectionLimits.builder().perAddress(1));
    try (RawHttp admitted = RawHttp.connect(server.port())) {
      admitted.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      admitted.read();
      try (RawHttp refused = RawHttp.connect(server.port())) {
        assertThat(events.next()).isEqualTo("refused 503");

        refused.send("POST / HTTP/1.1\r\n");
        refused.send("Host: a\r\n"); // a closed socket would have reset the connection
        refused.send("\r\n");

        assertThat(refused.read().status()).isEqualTo(503);
        assertThat(refused.isAtEnd()).isTrue();
      }
    }
  }

  @Test
  void ofAnAddressHoldForWebSockets() throws Exception {
    start(ConnectionLimits.builder().perAddress(1));
    RawWebSocket one = connect("/ws");
    assertThat(refused("").body()).contains("your address has its limit of 1 connections");
    one.reset();
    awaitClosed();

    connect("/ws").close();
  }

  @Test
  void ofAnAddressHoldForClientsOfProxies() throws Exception {
    start(ConnectionLimits.builder().perAddress(1), "127.0.0.1");
    try (RawWebSocket _ = connect("/ws", "X-Forwarded-For: 203.0.113.7\r\n");
        RawWebSocket _ = connect("/ws", "X-Forwarded-For: 203.0.113.8\r\n")) {
      assertThat(refused("X-Forwarded-For: 6.6.6.6, 203.0.113.7\r\n").body())
          .contains("your address has its limit of 1 connections");
    }
  }

  @Test
  void ofAUserRefuseTheNewest() throws Exception {
    start(ConnectionLimits.builder().perUser(1));
    try (RawWebSocket _ = connect("/ws?user=ada");
        RawWebSocket _ = connect("/ws?user=bob");
        RawWebSocket _ = connect("/ws")) {
      assertThat(refused("/ws?user=ada", "").body())
          .contains("this user has the limit of 1 connections");
    }
  }

  @Test
  void ofAUserCloseTheOldestWhereThatIsChosen() throws Exception {
    start(ConnectionLimits.builder().perUserReplacingOldest(2));
    try (RawWebSocket one = connect("/ws?user=ada");
        RawWebSocket two = connect("/ws?user=ada");
        RawWebSocket three = connect("/ws?user=ada")) {
      RawWebSocket.Frame last = one.read();

      assertThat(last.closeCode()).isEqualTo(4504);
      assertThat(last.text()).endsWith("connected elsewhere");
      two.send("two");
      three.send("three");
      assertThat(two.read().text()).isEqualTo("two");
      assertThat(three.read().text()).isEqualTo("three");
    }
  }

  @Test
  void perSecondSpreadAStorm() throws Exception {
    start(ConnectionLimits.builder().admissionRate(new RateLimit(1, 1)));
    try (RawWebSocket _ = connect("/ws")) {
      RawHttp.Response refused = refused("");

      assertThat(refused.body())
          .contains("more than 1 new WebSockets and event streams at once or 1 per second");
      assertThat(refused.field("Retry-After").map(Integer::parseInt).orElse(0)).isBetween(1, 3);
    }
  }

  @Test
  void perSecondSpreadStreamsToo() throws Exception {
    start(ConnectionLimits.builder().admissionRate(new RateLimit(1, 1)));
    try (RawWebSocket _ = connect("/ws")) {
      RawHttp.Response refused = RawHttp.get(server.port(), "/events");

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body())
          .contains("more than 1 new WebSockets and event streams at once or 1 per second");
      assertThat(refused.field("Retry-After").map(Integer::parseInt).orElse(0)).isBetween(1, 3);
    }
  }

  @Test
  void ofAUserCountStreamsToo() throws Exception {
    start(ConnectionLimits.builder().perUser(1));
    try (RawHttp _ = stream("ada")) {
      assertThat(refused("/ws?user=ada", "").body())
          .contains("this user has the limit of 1 connections");
    }
  }

  @Test
  void ofAUserLeaveStreamsAloneWhereTheOldestIsClosed() throws Exception {
    start(ConnectionLimits.builder().perUserReplacingOldest(1));
    try (RawHttp one = stream("ada");
        RawHttp _ = stream("ada");
        RawWebSocket three = connect("/ws?user=ada")) {
      three.send("three");

      assertThat(three.read().text()).isEqualTo("three");
      streams.element().send("one");
      assertThat(one.readLine()).isEqualTo("data: one");
    }
  }

  @Test
  void areReachedOnlyByHandshakesThatAreInOrder() throws Exception {
    start(ConnectionLimits.builder().total(1));
    try (RawWebSocket _ = connect("/ws");
        RawHttp client = RawHttp.connect(server.port())) {
      client.send(handshake("/ws", "Origin: http://evil.example\r\n"));

      assertThat(client.read().status()).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://chat.example | X-Forwarded-Proto: https~X-Forwarded-Host: chat.example | 101
          https://chat.example | X-Forwarded-Proto: https~Host: chat.example | 101
          http://chat.example | X-Forwarded-Proto: https~X-Forwarded-Host: chat.example | 403
          https://evil.example | X-Forwarded-Proto: https~X-Forwarded-Host: chat.example | 403
          https://chat.example | Forwarded: for=203.0.113.7;proto=https;host=chat.example | 101
          https://chat.example | X-Forwarded-For: 203.0.113.7 | 403
          """)
  void doNotKeepPagesOfATrustedProxyFromTheirOrigin(String origin, String fields, int status)
      throws Exception {
    start(ConnectionLimits.builder(), "127.0.0.1");
    String lines = "Origin: " + origin + "\r\n" + fields.replace("~", "\r\n") + "\r\n";
    String request = handshake("/ws", lines);
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send(fields.contains("~Host:") ? request.replace("Host: localhost\r\n", "") : request);

      assertThat(client.read().status()).isEqualTo(status);
    }
  }

  @Test
  void doNotBelieveOthersWhoClaimToBeProxies() throws Exception {
    start(ConnectionLimits.builder(), "192.0.2.1");

    String body =
        RawHttp.request(
                server.port(),
                "GET /client HTTP/1.1\nX-Forwarded-For: 6.6.6.6\nX-Forwarded-Proto: https")
            .body();

    assertThat(body).startsWith("/127.0.0.1:").endsWith(" false");
  }

  @Test
  void tellSecureRequestsBehindATrustedProxy() throws Exception {
    start(ConnectionLimits.builder(), "127.0.0.0/8");

    String body =
        RawHttp.request(
                server.port(),
                "GET /client HTTP/1.1\nX-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https")
            .body();

    assertThat(body).isEqualTo("/203.0.113.7:0 true");
  }

  @Test
  void mustLeaveRoomForOne() {
    start(ConnectionLimits.builder());
    ConnectionLimits.Builder limits = ConnectionLimits.builder();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> limits.total(0))
        .withMessage("a limit of 0 connections in all, at least 1");
    assertThatIllegalArgumentException().isThrownBy(() -> limits.perAddress(0));
    assertThatIllegalArgumentException().isThrownBy(() -> limits.perUser(-1));
  }

  @Test
  void suitTheMachineByDefault() {
    start(ConnectionLimits.builder());

    assertThat(ConnectionLimits.defaults().total()).isEmpty();
    assertThat(DescriptorLimit.usualConnections(Optional.of(1024L))).isEqualTo(918);
    assertThat(DescriptorLimit.usualConnections(Optional.of(5L))).isEqualTo(1);
    assertThat(DescriptorLimit.usualConnections(Optional.of(Long.MAX_VALUE)))
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(DescriptorLimit.usualConnections(Optional.empty())).isEqualTo(10_000);
  }

  private void awaitClosed() throws InterruptedException {
    String event = events.next();
    while (!event.startsWith("closed")) {
      event = events.next();
    }
  }

  private RawWebSocket connect(String path) throws IOException {
    return connect(path, "");
  }

  private RawWebSocket connect(String path, String lines) throws IOException {
    RawWebSocket client = RawWebSocket.dial(server.port(), 0);
    client.write(RawWebSocket.handshake(path, lines));
    assertThat(client.readHead()).startsWith("HTTP/1.1 101");
    return client;
  }

  /// A stream that is open.
  private RawHttp stream(String user) throws IOException {
    RawHttp client = RawHttp.connect(server.port());
    client.send("GET /events?user=" + user + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(client.read().status()).isEqualTo(200);
    return client;
  }

  private RawHttp.Response refused(String lines) throws IOException {
    return refused("/ws", lines);
  }

  private RawHttp.Response refused(String path, String lines) throws IOException {
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send(handshake(path, lines));
      RawHttp.Response response = client.read();
      assertThat(response.status()).isEqualTo(503);
      return response;
    }
  }

  private static String handshake(String path, String lines) {
    return new String(RawWebSocket.handshake(path, lines), ISO_8859_1);
  }
}
