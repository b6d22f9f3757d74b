package dev.gimlet;

import static dev.gimlet.RawWebSocket.BINARY;
import static dev.gimlet.RawWebSocket.CLOSE;
import static dev.gimlet.RawWebSocket.closePayload;
import static dev.gimlet.RawWebSocket.frame;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gimlet.http.Cookie;
import dev.gimlet.testing.Slow;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.transport.TlsProvider;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// https and wss, with the JDK's TLS and with BoringSSL.
@Timeout(60)
@ParameterizedClass
@EnumSource(TlsProvider.class)
class TlsTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final String GET = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir static Path folder;
  private static TestCertificate certificate;
  private static TlsClient client;

  private final TlsProvider provider;
  private final CompletableFuture<WebSocketConnection> opened = new CompletableFuture<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Semaphore heard = new Semaphore(0);
  private final RecordingEvents events = new RecordingEvents();
  private RunningServer server;

  TlsTest(TlsProvider provider) {
    this.provider = provider;
  }

  @BeforeAll
  static void makeACertificate() {
    certificate = TestCertificate.create(folder);
    client = new TlsClient(certificate);
  }

  @BeforeEach
  void start() {
    assumeTrue(provider == TlsProvider.JDK || OpenSsl.isAvailable());
    System.setProperty("gimlet.tls.provider", provider.name().toLowerCase(Locale.ROOT));
    ServerOptions options =
        ServerOptions.builder()
            .tls(certificate.certificate(), certificate.key())
            .eventLoops(1) // an answer on one connection tells that the others' bytes were read
            .events(events)
            .build();
    server =
        Gimlet.bare(options)
            .route("GET", "/hello", context -> context.text("secure: " + context.isSecure()))
            .route("POST", "/sum", context -> context.text("" + context.body().length))
            .route(
                "GET",
                "/cookie",
                context -> {
                  context.cookie(Cookie.of("a", "b").securely());
                  context.noContent();
                })
            .ws("/event", WebSocketListener.onMessage(WebSocketConnection::send))
            .ws(
                "/loop",
                connection -> {
                  for (Message message : connection) {
                    connection.send(message);
                  }
                })
            .ws("/held", this::hold)
            .ws(
                "/late",
                connection -> {
                  gate.await();
                  connection.forEach(message -> heard.release());
                })
            .start(0);
  }

  private void hold(WebSocketConnection connection) throws InterruptedException {
    opened.complete(connection);
    CompletableFuture<CloseStatus> closed = new CompletableFuture<>();
    connection.whenClosed(closed::complete);
    closed.join();
  }

  @AfterEach
  void stop() {
    System.clearProperty("gimlet.tls.provider");
    if (server != null) {
      server.close();
    }
  }

  @Test
  void answersRequests() throws Exception {
    try (HttpClient http = HttpClient.newBuilder().sslContext(client.context()).build()) {
      assertThat(http.send(HttpRequest.newBuilder(at("https", "/hello")).build(), text()).body())
          .isEqualTo("secure: true");
      HttpRequest post =
          HttpRequest.newBuilder(at("https", "/sum"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[MEBIBYTE]))
              .build();
      assertThat(http.send(post, text()).body()).isEqualTo("1048576");
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    try (RawHttp http = RawHttp.over(client.connect(server.port()))) {
      http.send(GET.repeat(50));

      for (int i = 0; i < 50; i++) {
        assertThat(http.read().body()).isEqualTo("secure: true");
      }
    }
  }

  @Test
  void answersARequestThatComesByteByByte() throws IOException {
    try (RawHttp http = RawHttp.over(client.connect(server.port()))) {
      for (int i = 0; i < GET.length(); i++) {
        http.send(GET.substring(i, i + 1));
      }

      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @Test
  void marksCookiesAsSecure() throws IOException {
    try (RawHttp http = RawHttp.over(client.connect(server.port()))) {
      http.send(GET.replace("/hello", "/cookie"));

      assertThat(http.read().field("Set-Cookie").orElseThrow()).contains("; Secure");
    }
  }

  @Test
  void saysGoodbyeAfterTheLastAnswer() throws IOException {
    try (RawHttp http = RawHttp.over(client.connect(server.port()))) {
      http.send(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));

      assertThat(http.readAll()).hasSize(1); // an end without close_notify would throw
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/event", "/loop"})
  void echoesLargeMessages(String path) throws Exception {
    byte[] payload = new byte[MEBIBYTE - 64];
    new Random(1).nextBytes(payload);
    try (RawWebSocket webSocket = RawWebSocket.over(client.connect(server.port()), path)) {
      for (int i = 0; i < 4; i++) {
        webSocket.write(frame(BINARY, payload));
        assertThat(webSocket.read().payload()).isEqualTo(payload);
      }
    }
  }

  @Test
  void speaksWithTheClientOfTheJdk() throws Exception {
    EchoCollector echoes = new EchoCollector();
    try (HttpClient http = HttpClient.newBuilder().sslContext(client.context()).build()) {
      var webSocket = http.newWebSocketBuilder().buildAsync(at("wss", "/event"), echoes).join();
      webSocket.sendText("in ", false).join();
      webSocket.sendText("three ", false).join();
      webSocket.sendText("pieces", true).join();

      assertThat(echoes.next()).isEqualTo("in three pieces");
      webSocket.sendClose(1000, "done").join();
      assertThat(echoes.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 1000");
  }

  @Test
  void endsCleanlyWhenTheClientCloses() throws Exception {
    try (RawWebSocket webSocket = RawWebSocket.over(client.connect(server.port()), "/event")) {
      webSocket.write(frame(CLOSE, closePayload(1000, "")));

      assertThat(webSocket.readUntilClose()).isEqualTo(1000);
      assertThat(webSocket.isAtEnd()).isTrue(); // an end without close_notify would throw
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 1000");
  }

  @Test
  @Slow
  void endsCleanlyWhenTheServerGoesDown() throws Exception {
    try (RawWebSocket webSocket = RawWebSocket.over(client.connect(server.port()), "/event");
        RawHttp idle = RawHttp.over(client.connect(server.port()))) {
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

      assertThat(webSocket.readUntilClose()).isEqualTo(1001);
      webSocket.write(frame(CLOSE, closePayload(1001, "")));
      assertThat(webSocket.isAtEnd()).isTrue();
      assertThat(idle.isAtEnd()).isTrue();
      closed.get(4, TimeUnit.SECONDS); // before anything had to be cut
    }
  }

  @Test
  void takesCloseNotifyForTheEnd() throws Exception {
    try (RawWebSocket webSocket = RawWebSocket.over(client.connect(server.port()), "/event")) {
      webSocket.shutdownOutput();

      assertThat(webSocket.isAtEnd()).isTrue();
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 1006");
    assertThat(events.waiting()).isEmpty();
  }

  @Test
  void losesNoMessagesThatALoopHasNotTakenAtTheEnd() throws Exception {
    int messages = 300; // five times what waits for a loop before reading pauses
    try (RawWebSocket webSocket = RawWebSocket.over(client.connect(server.port()), "/late");
        RawWebSocket other = RawWebSocket.over(client.connect(server.port()), "/event")) {
      for (int i = 0; i < messages; i++) {
        webSocket.write(RawWebSocket.frame(RawWebSocket.BINARY, new byte[1000]));
      }
      webSocket.write(RawWebSocket.frame(RawWebSocket.CLOSE, RawWebSocket.closePayload(4000, "")));
      webSocket.shutdownOutput();
      for (int i = 0; i < 3; i++) {
        other.send("has the server seen it?");
        other.read();
      }
      gate.countDown();

      assertThat(heard.tryAcquire(messages, 30, TimeUnit.SECONDS)).isTrue();
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("closed 4000");
    }
  }

  @Test
  void takesAResetForTheEnd() throws Exception {
    SSLSocket socket = client.connect(server.port());
    RawWebSocket webSocket = RawWebSocket.over(socket, "/event");
    webSocket.reset();

    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 1006");
    assertThat(events.waiting()).isEmpty();
  }

  @Test
  void countsWhatASlowReaderLeaves() throws Exception {
    try (RawWebSocket _ = RawWebSocket.over(client.connectSmall(server.port()), "/held")) {
      WebSocketConnection connection = opened.get(10, TimeUnit.SECONDS);
      Binary message = Binary.of(new byte[60_000]);

      int sent = 0;
      while (connection.isOpen() && sent < 200) {
        connection.send(message);
        sent++;
      }

      assertThat(sent).isBetween(17, 150); // the outbox of 1 MiB, and the kernel's buffers
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("slow consumer, CLOSE 1");
    }
    assertThat(events.next()).startsWith("closed 1");
  }

  @Test
  @Slow
  void pausesReadingWhileItsEchoesAreNotRead() throws Exception {
    byte[] frame = frame(BINARY, new byte[32_000]);
    int messages = 1000; // 30 MiB: more than outbox and sockets hold
    try (RawWebSocket webSocket = RawWebSocket.over(client.connectSmall(server.port()), "/event")) {
      Sending sending = Sending.start(webSocket, frame, messages);
      sending.awaitStandstill();
      assertThat(sending.sent()).isLessThan(messages);

      for (int i = 0; i < messages; i++) {
        assertThat(webSocket.read().payload()).hasSize(32_000);
      }
      sending.join();
    }
    assertThat(events.next()).isEqualTo("opened");
    assertThat(events.next()).isEqualTo("closed 1006"); // and nothing was dropped
  }

  /// Each message is a TLS record: thousands come in one read, more than a loop is given at once.
  @ParameterizedTest
  @ValueSource(strings = {"/event", "/loop"})
  @Slow
  void echoesManySmallRecords(String path) throws Exception {
    int messages = 50_000;
    try (RawWebSocket webSocket = RawWebSocket.over(client.connect(server.port()), path)) {
      Sending sending = Sending.start(webSocket, frame(BINARY, new byte[1]), messages);

      for (int i = 0; i < messages; i++) {
        assertThat(webSocket.read().payload()).hasSize(1);
      }
      sending.join();
    }
  }

  @Test
  void sharesPublicationsWithManyMembers() throws Exception {
    byte[] payload = new byte[50_000];
    new Random(2).nextBytes(payload);
    try (RawWebSocket webSocket = RawWebSocket.over(client.connect(server.port()), "/held")) {
      PreparedMessage message = PreparedMessage.of(Binary.of(payload));
      WebSocketConnection connection = opened.get(10, TimeUnit.SECONDS);

      connection.send(message);
      connection.send("between");
      connection.send(message);

      assertThat(webSocket.read().payload()).isEqualTo(payload);
      assertThat(webSocket.read().text()).isEqualTo("between");
      assertThat(webSocket.read().payload()).isEqualTo(payload);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void speaksTls12And13(String version) throws IOException {
    try (SSLSocket socket = client.connect(server.port(), version)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getSession().getCipherSuite()).containsAnyOf("GCM", "CHACHA20");
      RawHttp http = RawHttp.over(socket);
      http.send(GET);
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the same          | https://localhost:PORT  | 101
          plain http        | http://localhost:PORT   | 403
          another port      | https://localhost       | 403
          another site      | https://evil.example    | 403
          none              |                         | 101
          """)
  void admitsTheSameOrigin(String name, String origin, int status) throws IOException {
    String field = origin == null ? "" : "Origin: " + origin + "\r\n";
    String handshake =
        new String(RawWebSocket.handshake("/event", field), US_ASCII)
            .replace("Host: localhost", "Host: localhost:PORT")
            .replace("PORT", Integer.toString(server.port()));
    try (RawHttp http = RawHttp.over(client.connect(server.port()))) {
      http.send(handshake);

      RawHttp.Response response = http.read();

      assertThat(response.status()).isEqualTo(status);
      if (name.equals("plain http")) {
        assertThat(response.body()).contains("load the page from https://localhost");
      }
    }
  }

  @Test
  void refusesAClientThatDoesNotTrustIt(@TempDir Path other) throws Exception {
    TlsClient stranger = new TlsClient(TestCertificate.create(other));

    assertThatThrownBy(() -> stranger.connect(server.port())).isInstanceOf(SSLException.class);
    assertThat(events.next()).startsWith("TLS failed: ").containsIgnoringCase("certificate");
    assertThat(events.waiting()).isEmpty();
  }

  private URI at(String scheme, String path) {
    return URI.create(scheme + "://localhost:" + server.port() + path);
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }
}
