package dev.gimlet.client;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.websocket.GimletException;
import dev.gimlet.websocket.LoopConnection;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TlsAndProxyTest {

  private static final int MESSAGES = 300; // five times what waits for a loop
  private static final WebSocketOptions HASTY =
      WebSocketOptions.builder().noCompression().closeTimeout(Duration.ofMillis(100)).build();

  @TempDir private static Path folder;
  private static TestCertificate certificate;

  private final RecordingListener listener = new RecordingListener();
  private final CountDownLatch ended = new CountDownLatch(1); // a connection to /burst
  private @Nullable RunningServer secure;
  private @Nullable RunningServer plain;

  @BeforeAll
  static void makeACertificate() {
    certificate = TestCertificate.create(folder);
  }

  @BeforeEach
  void start() throws Exception {
    secure = start(ServerOptions.builder().tls(certificate.certificate(), certificate.key()));
    plain = start(ServerOptions.builder());
  }

  private RunningServer start(ServerOptions.Builder options) {
    Gimlet app = Gimlet.bare(options.host("0.0.0.0").build()); // 127.0.0.2 answers, too
    app.ws("/echo", WebSocketListener.onMessage(WebSocketConnection::send));
    app.ws("/burst", HASTY, this::sendAndEnd);
    return app.start(0);
  }

  private void sendAndEnd(LoopConnection connection) {
    connection.whenClosed(_ -> ended.countDown());
    for (int i = 0; i < MESSAGES; i++) {
      connection.send(i + " " + "x".repeat(1000));
    }
  }

  @AfterEach
  void stop() {
    secure().close();
    plain().close();
  }

  @Test
  void trustsTheCertificatesOfAFile() throws Exception {
    try (WebSocketClient client = WebSocketClient.create(trusting().build())) {
      ClientLink link = client.connect(wss(), listener);
      listener.next(Opened.class);
      String large = "over TLS ".repeat(100_000);

      link.send("over TLS");
      link.send(large);

      assertThat(listener.nextText()).isEqualTo("over TLS");
      assertThat(listener.nextText()).isEqualTo(large);
      link.close();
      assertThat(listener.next(Ending.Closed.class).status().code()).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void losesNothingOfAServerThatEndsWhileALoopDoesNotReceive(String scheme) throws Exception {
    int port = scheme.equals("wss") ? secure().port() : plain().port();
    URI server = URI.create(scheme + "://localhost:" + port);
    try (WebSocketClient client = WebSocketClient.create(trusting().eventLoops(1).build())) {
      LoopLink link = client.open(server.resolve("/burst"));
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
      LoopLink other = client.open(server.resolve("/echo"));
      for (int i = 0; i < 3; i++) {
        other.send("has the client seen it?");
        other.receive();
      }

      for (int i = 0; i < MESSAGES; i++) {
        String expected = i + " ";
        assertThat(link.receive())
            .hasValueSatisfying(it -> assertThat(((Text) it).value()).startsWith(expected));
      }
    }
  }

  @Test
  void trustsNoStranger() throws Exception {
    try (WebSocketClient client =
        WebSocketClient.create(ClientOptions.builder().noReconnect().build())) {
      client.connect(wss(), listener);

      assertThat(listener.next(Ending.Untrusted.class).reason())
          .isEqualTo(
              "TLS failed: the server's certificate is not trusted: its issuer is unknown; see"
                  + " ClientOptions.trust(file)");
    }
  }

  @Test
  void insistsOnTheNameInTheCertificate() throws Exception {
    try (WebSocketClient client = WebSocketClient.create(trusting().noReconnect().build())) {
      client.connect(URI.create("wss://127.0.0.2:" + secure().port() + "/echo"), listener);

      assertThat(listener.next(Ending.Untrusted.class).reason())
          .startsWith("TLS failed: the server's certificate is for another host: ")
          .contains("127.0.0.2")
          .doesNotContain("trust(file)");
    }
  }

  @Test
  void findsATlsPortThatIsNone() throws Exception {
    try (WebSocketClient client = WebSocketClient.create(trusting().noReconnect().build())) {
      client.connect(URI.create("wss://localhost:" + plain().port() + "/echo"), listener);

      assertThat(listener.next(Ending.Unreachable.class).reason())
          .isEqualTo(
              "the server at localhost:" + plain().port() + " does not speak TLS: use ws://");
    }
  }

  @Test
  void tellsThatTheServerEndedInTheHandshakeOfTls() throws Exception {
    try (ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        WebSocketClient client = WebSocketClient.create(trusting().noReconnect().build())) {
      client.connect(URI.create("wss://127.0.0.1:" + door.getLocalPort() + "/"), listener);
      try (Socket peer = door.accept()) {
        peer.shutdownOutput(); // a close now, with bytes that were not read, could reset
        peer.getInputStream().transferTo(OutputStream.nullOutputStream());
      }

      assertThat(listener.next(Ending.Unreachable.class).reason())
          .isEqualTo("TLS failed: the connection ended during the handshake");
    }
  }

  @Test
  void findsAPlainPortThatSpeaksTls() throws Exception {
    try (WebSocketClient client = WebSocketClient.create(trusting().noReconnect().build())) {
      client.connect(URI.create("ws://localhost:" + secure().port() + "/echo"), listener);

      assertThat(listener.next(Ending.class).reason()).contains("speaks https and wss");
    }
  }

  @Test
  void tellsWhatIsWrongWithTheFile() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");

    assertThatThrownBy(() -> WebSocketClient.create(ClientOptions.builder().trust(empty).build()))
        .isInstanceOf(GimletException.class)
        .hasMessageContaining("empty.pem");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void leavesNoDescriptorsBehindWhenTheFileIsWrong() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    long before = eventPolls();

    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> WebSocketClient.create(ClientOptions.builder().trust(empty).build()))
          .isInstanceOf(GimletException.class);
    }

    assertThat(eventPolls()).isLessThanOrEqualTo(before); // loops of other tests may end meanwhile
  }

  /// How many event loops hold descriptors, with epoll and with the JDK's selectors.
  private static long eventPolls() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(TlsAndProxyTest::isEventPoll).count();
    }
  }

  private static boolean isEventPoll(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).endsWith("anon_inode:[eventpoll]");
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void goesOnTryingWhenTheTrustStoreCannotBeRead() throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.jks"), "garbage");
    System.setProperty("javax.net.ssl.trustStore", garbage.toString());
    try (WebSocketClient client = WebSocketClient.create()) {
      client.connect(wss(), listener);

      // The JDK says so when it is asked for its trust, or when that is used for the first time.
      assertThat(listener.next(Reconnecting.class).because())
          .isInstanceOfAny(Ending.Unreachable.class, Ending.Untrusted.class);
    } finally {
      System.clearProperty("javax.net.ssl.trustStore");
    }
  }

  @Test
  void goesThroughAProxy() throws Exception {
    ClientOptions.Builder options = ClientOptions.builder();
    try (ConnectProxy proxy = ConnectProxy.answering("200 Connection established");
        WebSocketClient client =
            WebSocketClient.create(options.proxy("127.0.0.1", proxy.port()).build())) {
      ClientLink link = client.connect(ws(), listener);
      link.send("through the proxy");

      listener.next(Opened.class);
      assertThat(listener.nextText()).isEqualTo("through the proxy");
      String place = "127.0.0.1:" + plain().port();
      assertThat(proxy.asked())
          .containsExactly("CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n\r\n");
    }
  }

  @Test
  void goesThroughAProxyWithAPasswordIntoTls() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.answering("200 OK");
        WebSocketClient client =
            WebSocketClient.create(
                trusting()
                    .proxy("127.0.0.1", proxy.port(), "ann", "secret")
                    .headerField("Authorization", "for the server")
                    .build())) {
      ClientLink link = client.connect(wss(), listener);
      link.send("through both");

      listener.next(Opened.class);
      assertThat(listener.nextText()).isEqualTo("through both");
      assertThat(proxy.asked().getFirst())
          .contains("Proxy-Authorization: Basic YW5uOnNlY3JldA==\r\n")
          .doesNotContain("for the server");
    }
  }

  @Test
  void endsWhenTheProxyRefuses() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.answering("407 Proxy Authentication Required");
        WebSocketClient client =
            WebSocketClient.create(
                ClientOptions.builder().proxy("127.0.0.1", proxy.port()).build())) {
      client.connect(ws(), listener);

      Ending.Refused refused = listener.next(Ending.Refused.class);
      assertThat(refused.status()).isEqualTo(407);
      assertThat(refused.reason()).contains("proxy");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"101", "407"})
  void isOneLineWhateverTheProxyAnswers(String status) throws Exception {
    try (ConnectProxy proxy = ConnectProxy.answering(status + " a\u001b[31mb");
        WebSocketClient client =
            WebSocketClient.create(
                ClientOptions.builder().proxy("127.0.0.1", proxy.port()).build())) {
      client.connect(ws(), listener);

      assertThat(listener.next(Ending.Refused.class).reason())
          .endsWith("the proxy answers a\\u001b[31mb");
    }
  }

  private ClientOptions.Builder trusting() {
    return ClientOptions.builder().trust(certificate.certificate());
  }

  private RunningServer secure() {
    return requireNonNull(secure);
  }

  private RunningServer plain() {
    return requireNonNull(plain);
  }

  private URI wss() {
    return URI.create("wss://localhost:" + secure().port() + "/echo");
  }

  private URI ws() {
    return URI.create("ws://127.0.0.1:" + plain().port() + "/echo");
  }
}
