package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gimlet.http.HttpLimits;
import dev.gimlet.testing.Slow;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.transport.TlsProvider;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
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

/// Handshakes that are slow, broken or none are bounded, told once, and hurt nobody else.
@Timeout(60)
@ParameterizedClass
@EnumSource(TlsProvider.class)
@Slow
class TlsHandshakeTest {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final int HEADER_BYTES = 5; // of a TLS record

  @TempDir static Path folder;
  private static TestCertificate certificate;
  private static TlsClient client;
  private static byte[] hello;

  private final TlsProvider provider;
  private final RecordingEvents events = new RecordingEvents();
  private RunningServer server;

  TlsHandshakeTest(TlsProvider provider) {
    this.provider = provider;
  }

  @BeforeAll
  static void makeACertificate() throws Exception {
    certificate = TestCertificate.create(folder, "-keyalg", "RSA", "-keysize", "2048");
    client = new TlsClient(certificate);
    hello = clientHello();
  }

  /// The first bytes of a handshake, as the JDK says them.
  private static byte[] clientHello() throws GeneralSecurityException, IOException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  @BeforeEach
  void start() {
    assumeTrue(provider == TlsProvider.JDK || OpenSsl.isAvailable());
    System.setProperty("gimlet.tls.provider", provider.name().toLowerCase(Locale.ROOT));
    start(Duration.ofSeconds(30));
  }

  private void start(Duration handshake) {
    HttpLimits limits = new HttpLimits(8 << 10, 100, 100, handshake, Duration.ofSeconds(30));
    server =
        Gimlet.bare(
                ServerOptions.builder()
                    .tls(certificate.certificate(), certificate.key())
                    .limits(limits)
                    .events(events)
                    .build())
            .route("GET", "/", context -> context.text("fine"))
            .ws("/ws", WebSocketListener.onMessage(WebSocketConnection::send))
            .start(0);
  }

  private void restart(Duration handshake) {
    server.close();
    start(handshake);
  }

  @AfterEach
  void stop() {
    System.clearProperty("gimlet.tls.provider");
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"nothing, 0", "a byte, 1", "a record's header, 5", "half a hello, 100"})
  void haveADeadline(String name, int bytes) throws Exception {
    restart(SHORT);
    try (Socket slow = dial()) {
      slow.getOutputStream().write(hello, 0, bytes);

      assertThat(slow.getInputStream().readAllBytes()).hasSizeLessThan(50); // at most an alert
    }
    assertThat(events.next()).startsWith("TLS failed: ").contains("timed out");
    assertThat(events.waiting()).isEmpty();
  }

  @Test
  void haveADeadlineAlsoWhenTheyDribble() throws Exception {
    restart(SHORT);
    try (Socket slow = dial()) {
      assertThatThrownBy(() -> dribble(slow)).isInstanceOf(SocketException.class);
    }
    assertThat(events.next()).startsWith("TLS failed: ").contains("timed out");
  }

  private static void dribble(Socket slow) throws Exception {
    for (byte each : hello) {
      slow.getOutputStream().write(each);
      Thread.sleep(10); // the server's patience is what is measured
    }
    throw new AssertionError("the whole hello was taken");
  }

  @ParameterizedTest
  @CsvSource({
    "an endless record, 16030100 + x",
    "zeros, 00000000000000000000",
    "a record of an unknown kind, 99030300050102030405",
    "a broken hello, 16030100050100000100",
    "application data first, 17030300050102030405",
    "an alert first, 15030300020228",
    "ssh, 5353482d322e302d4f70656e535348"
  })
  void areRefusedWhenTheyAreGarbage(String name, String bytes) throws Exception {
    boolean endless = bytes.endsWith("x");
    try (Socket stranger = dial()) {
      byte[] start = HexFormat.of().parseHex(bytes.replace(" + x", endless ? "ff" : ""));
      assertThatThrownBy(() -> sendUntilCut(stranger, start, new byte[1 << 10]))
          .isInstanceOf(IOException.class);
    }
    assertThat(events.next()).startsWith("TLS failed: ");
    assertThat(events.waiting()).isEmpty();
    assertServed();
  }

  @Test
  void areRefusedAsSoonAsAMessageAnnouncesTooMuch() throws Exception {
    int most = (provider == TlsProvider.JDK ? 32 : 16) << 10;
    try (Socket polite = dial();
        Socket stranger = dial()) {
      polite.setSoTimeout((int) SHORT.toMillis());
      polite.getOutputStream().write(helloOf(most));
      stranger.getOutputStream().write(helloOf(most + 1));

      assertThat(stranger.getInputStream().readAllBytes()[0]).as("alert").isEqualTo((byte) 21);
      assertThatThrownBy(() -> polite.getInputStream().read())
          .as("the rest is awaited")
          .isInstanceOf(SocketTimeoutException.class);
    }
    assertThat(events.next()).startsWith("TLS failed: ");
    assertServed();
  }

  /// The beginning of a hello that announces so many bytes.
  private static byte[] helloOf(int bytes) {
    int record = 100;
    return ByteBuffer.allocate(HEADER_BYTES + record)
        .put((byte) 22) // a handshake, RFC 8446 §5.1
        .putShort((short) 0x0301)
        .putShort((short) record)
        .putInt(1 << 24 | bytes) // a hello, RFC 8446 §4
        .putShort((short) 0x0303)
        .array();
  }

  private static void sendUntilCut(Socket stranger, byte[] start, byte[] more) throws IOException {
    stranger.getOutputStream().write(start);
    for (int i = 0; i < 100_000; i++) {
      stranger.getOutputStream().write(more);
    }
    throw new AssertionError("100 MiB were taken");
  }

  @Test
  void sayToPlainHttpWhatToDo() throws Exception {
    try (RawHttp plain = RawHttp.connect(server.port())) {
      plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

      List<RawHttp.Response> responses = plain.readAll();

      assertThat(responses).singleElement().matches(it -> it.status() == 400);
      assertThat(responses.getFirst().body()).contains("this port speaks https");
    }
    assertThat(events.next()).isEqualTo("TLS failed: the client does not speak TLS");
    assertThat(events.waiting()).isEmpty();
  }

  @Test
  void refuseOldVersions() throws Exception {
    byte[] old = hello.clone();
    int version = HEADER_BYTES + 4; // RFC 8446 §4.1.2: and without supported_versions it decides
    old[version + 1] = 2; // TLS 1.1
    int extensions = extensionsAt(old);
    byte[] cut = Arrays.copyOf(old, extensions);
    setLengths(cut);
    try (Socket stranger = dial()) {
      stranger.getOutputStream().write(cut);

      byte[] answer = stranger.getInputStream().readAllBytes();

      assertThat(answer[0]).as("alert").isEqualTo((byte) 21);
      assertThat(answer[HEADER_BYTES + 1]).as("protocol_version").isEqualTo((byte) 70);
    }
    assertThat(events.next()).startsWith("TLS failed: ");
    assertThat(events.waiting()).isEmpty();
  }

  /// Where the extensions of a hello begin: after random, session, cipher suites and compression.
  private static int extensionsAt(byte[] hello) {
    int session = HEADER_BYTES + 4 + 2 + 32;
    int suites = session + 1 + hello[session];
    int compression = suites + 2 + (((hello[suites] & 0xFF) << 8) | (hello[suites + 1] & 0xFF));
    return compression + 1 + hello[compression];
  }

  private static void setLengths(byte[] hello) {
    int record = hello.length - HEADER_BYTES;
    hello[3] = (byte) (record >> 8);
    hello[4] = (byte) record;
    hello[HEADER_BYTES + 2] = (byte) ((record - 4) >> 8);
    hello[HEADER_BYTES + 3] = (byte) (record - 4);
  }

  @Test
  void areNotDoneAgainOnTheSameConnection() throws Exception {
    try (SSLSocket socket = client.connect(server.port(), "TLSv1.2")) {
      RawHttp http = RawHttp.over(socket);
      http.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(http.read().body()).isEqualTo("fine");

      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket.getOutputStream().write(1);
                socket.getInputStream().readAllBytes();
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(events.waiting()).isEmpty(); // a broken connection, as a reset
    assertServed();
  }

  /// In TLS 1.3 the JDK sends an update of keys instead.
  @Test
  void thatOnlyUpdateKeysEndTheConnection() throws Exception {
    try (SSLSocket socket = client.connect(server.port())) {
      Throwable end =
          catchThrowable(() -> {
            for (int i = 0; i < 1000; i++) {
              socket.startHandshake();
            }
            socket.getInputStream().readAllBytes();
          });

      assertThat(end instanceof SocketTimeoutException).isFalse(); // an end or a reset
    }
    assertThat(events.waiting()).isEmpty();
    assertServed();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void mayBreakInTheMiddle(boolean reset) throws Exception {
    int strangers = 200;
    for (int i = 0; i < strangers; i++) {
      Socket stranger = dial();
      stranger.getOutputStream().write(hello, 0, 1 + i % hello.length);
      if (reset) {
        stranger.setSoLinger(true, 0);
      }
      stranger.close();
    }

    for (int i = 0; i < strangers; i++) {
      assertThat(events.next()).startsWith("TLS failed: ");
    }
    assertThat(events.waiting()).isEmpty();
    assertServed();
  }

  @Test
  void thatAreHalfDoneHarmNobody() throws Exception {
    List<Socket> strangers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Socket stranger = dial();
      stranger.getOutputStream().write(hello, 0, 1 + i % (hello.length - 1));
      strangers.add(stranger);
    }

    for (int i = 0; i < 20; i++) {
      assertServed();
      try (RawWebSocket webSocket = RawWebSocket.over(client.connect(server.port()), "/ws")) {
        webSocket.send("hello");
        assertThat(webSocket.read().text()).isEqualTo("hello");
      }
    }
    long start = System.nanoTime();
    server.close(); // waits for nobody who has not even finished a handshake
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    for (Socket stranger : strangers) {
      stranger.close();
    }
  }

  @Test
  void mayEndInTheMiddleByHalfClosing() throws Exception {
    try (Socket stranger = dial()) {
      stranger.getOutputStream().write(hello, 0, 50);
      stranger.shutdownOutput();

      assertThat(stranger.getInputStream().readAllBytes()).hasSizeLessThan(50);
    }
    assertThat(events.next()).startsWith("TLS failed: ");
    assertThat(events.waiting()).isEmpty();
  }

  @Test
  void thatAreFollowedByGarbageBreakTheConnection() throws Exception {
    Socket tcp = dial();
    SSLSocket socket = client.over(tcp);
    RawHttp http = RawHttp.over(socket);
    http.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(http.read().body()).isEqualTo("fine");

    assertThatThrownBy(() -> sendUntilCut(tcp, new byte[] {23, 3, 3, 0, 64}, new byte[1 << 10]))
        .isInstanceOf(IOException.class);

    socket.close();
    assertThat(events.waiting()).isEmpty();
  }

  private void assertServed() throws IOException {
    try (RawHttp http = RawHttp.over(client.connect(server.port()))) {
      http.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(http.read().body()).isEqualTo("fine");
    }
  }

  private Socket dial() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(10_000);
    return socket;
  }
}
