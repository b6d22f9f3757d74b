package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.http.HttpLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The PROXY protocol, versions 1 and 2, as a trusted proxy speaks it or not.
@Timeout(60)
class ProxyProtocolTest {
  private static final String V1 = "PROXY TCP4 203.0.113.7 192.0.2.1 5678 443\r\n";
  private static final String MAGIC = "0d0a0d0a000d0a515549540a";
  private static final String V2 = MAGIC + "2111000c" + "cb007107c0000201" + "162e01bb";
  private static final String REQUEST =
      "GET /client HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  private final RecordingEvents events = new RecordingEvents();
  private final RunningServer server = start("127.0.0.1", HttpLimits.DEFAULTS);

  private RunningServer start(String trusted, HttpLimits limits) {
    Gimlet app =
        Gimlet.bare(
            ServerOptions.builder()
                .trustedProxies(trusted)
                .proxyProtocol()
                .limits(limits)
                .events(events)
                .build());
    app.get(
        "/client",
        context ->
            context.text(
                context.clientAddress().getAddress().getHostAddress()
                    + " "
                    + context.clientAddress().getPort()
                    + (context.isSecure() ? " secure" : "")));
    app.ws("/address", connection -> connection.send(connection.remoteAddress().toString()));
    return app.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// What a header says; `client` is empty where the port of the test itself is to be told.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Header(String name, byte[] bytes, String client) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Header> headers() {
    String ipv6 = "20010db8000000000000000000000007" + "20010db8000000000000000000000001";
    return Stream.of(
        new Header("1, TCP4", V1.getBytes(ISO_8859_1), "203.0.113.7 5678"),
        new Header(
            "1, TCP6",
            "PROXY TCP6 2001:db8::7 2001:db8::1 5678 443\r\n".getBytes(ISO_8859_1),
            "2001:db8:0:0:0:0:0:7 5678"),
        new Header("1, unknown", "PROXY UNKNOWN\r\n".getBytes(ISO_8859_1), "127.0.0.1"),
        new Header(
            "1, unknown with words",
            "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".getBytes(ISO_8859_1),
            "127.0.0.1"),
        new Header("2, TCP over IPv4", hex(V2), "203.0.113.7 5678"),
        new Header(
            "2, TCP over IPv6",
            hex(MAGIC + "21210024" + ipv6 + "162e01bb"),
            "2001:db8:0:0:0:0:0:7 5678"),
        new Header("2, local", hex(MAGIC + "20000000"), "127.0.0.1"),
        new Header("2, local with an address", hex(V2.replace("2111", "2011")), "127.0.0.1"),
        new Header("2, Unix socket", hex(MAGIC + "213100d8" + "00".repeat(216)), "127.0.0.1"),
        new Header(
            "2, with a field",
            hex(V2.replace("000c", "0012") + "030003" + "aabbcc"),
            "203.0.113.7 5678"),
        new Header(
            "2, with TLS",
            hex(V2.replace("000c", "0014") + "200005" + "01" + "00000000"),
            "203.0.113.7 5678 secure"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void namesTheClient(Header header) throws IOException {
    assertThat(ask(header.bytes(), 0).body()).startsWith(header.client());
  }

  static Stream<Header> everyCut() {
    return headers()
        .filter(header -> header.bytes().length < 120)
        .filter(header -> header.name().matches("1, TCP4|2, TCP over IPv4|2, with TLS"))
        .flatMap(header ->
            IntStream.range(1, header.bytes().length)
                .mapToObj(cut ->
                    new Header(header.name() + " cut at " + cut, header.bytes(), header.client())));
  }

  @ParameterizedTest
  @MethodSource("everyCut")
  void isReadInTwoParts(Header header) throws IOException {
    int cut = Integer.parseInt(header.name().replaceFirst(".* cut at ", ""));

    assertThat(ask(header.bytes(), cut).body()).isEqualTo(header.client());
  }

  @ParameterizedTest
  @MethodSource("everyCut")
  void isNotServedWhenItEndsEarly(Header header) throws IOException {
    int cut = Integer.parseInt(header.name().replaceFirst(".* cut at ", ""));
    try (Socket socket = dial()) {
      socket.getOutputStream().write(header.bytes(), 0, cut);
      socket.shutdownOutput();

      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
  }

  static Stream<Header> malformed() {
    return Stream.of(
        text("none", REQUEST),
        text("lower case", "proxy TCP4 203.0.113.7 192.0.2.1 5678 443\r\n"),
        text("no such protocol", "PROXY UDP4 203.0.113.7 192.0.2.1 5678 443\r\n"),
        text("an address that is none", "PROXY TCP4 203.0.113.999 192.0.2.1 5678 443\r\n"),
        text("an address of another family", "PROXY TCP4 2001:db8::7 192.0.2.1 5678 443\r\n"),
        text("a name", "PROXY TCP4 localhost 192.0.2.1 5678 443\r\n"),
        text("a port too many", "PROXY TCP4 203.0.113.7 192.0.2.1 65536 443\r\n"),
        text("a word missing", "PROXY TCP4 203.0.113.7 192.0.2.1 5678\r\n"),
        text("no address", "PROXY TCP4 \r\n"),
        text("a line that is too long", "PROXY UNKNOWN " + "x".repeat(200) + "\r\n"),
        text("a line without an end", "PROXY TCP4 " + "1".repeat(200)),
        new Header("version 3", hex(V2.replace("2111", "3111")), ""),
        new Header("no such command", hex(V2.replace("2111", "2f11")), ""),
        new Header("no such family", hex(V2.replace("2111", "21f1")), ""),
        new Header("less than an address", hex(MAGIC + "21110004" + "cb007107"), ""),
        new Header(
            "more fields than there may be", hex(MAGIC + "2111ffff" + "00".repeat(3000)), ""));
  }

  private static Header text(String name, String text) {
    return new Header(name, text.getBytes(ISO_8859_1), "");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isRequired(Header header) throws Exception {
    try (Socket socket = dial()) {
      socket.getOutputStream().write(header.bytes());

      assertThat(isEnded(socket)).isTrue();
    }
    assertThat(events.next()).isEqualTo("refused 400");
  }

  @Test
  void isRefusedFromOthers() throws Exception {
    try (RunningServer other = start("192.0.2.0/24", HttpLimits.DEFAULTS);
        RawHttp client = RawHttp.connect(other.port())) {
      RawHttp.Response response = client.read();

      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).contains("it comes from no trusted proxy");
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(events.next()).isEqualTo("refused 400");
  }

  @Test
  void isWaitedForAsLongAsARequest() throws Exception {
    HttpLimits hasty =
        new HttpLimits(8192, 100, 1024, Duration.ofMillis(200), Duration.ofSeconds(60));
    try (RunningServer other = start("127.0.0.1", hasty);
        RawHttp client = RawHttp.connect(other.port())) {
      client.send("PROXY TCP4 ");

      assertThat(client.read().body()).contains("its PROXY header took too long");
    }
  }

  @Test
  void isFollowedByForwardedFieldsOfTrustedProxiesOnly() throws IOException {
    String claim = REQUEST.replace("Host: a", "Host: a\r\nX-Forwarded-For: 6.6.6.6");
    String inner = "PROXY TCP4 127.0.0.1 192.0.2.1 5678 443\r\n";

    assertThat(ask(V1.getBytes(ISO_8859_1), 0, claim).body()).isEqualTo("203.0.113.7 5678");
    assertThat(ask(inner.getBytes(ISO_8859_1), 0, claim).body()).isEqualTo("6.6.6.6 0");
  }

  @Test
  void namesTheClientOfAWebSocket() throws IOException {
    try (RawWebSocket client = RawWebSocket.dial(server.port(), 0)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(V1.getBytes(ISO_8859_1));
      bytes.writeBytes(RawWebSocket.handshake("/address", ""));
      client.write(bytes.toByteArray());
      client.readHead();

      assertThat(client.read().text()).isEqualTo("/203.0.113.7:5678");
    }
  }

  @Test
  void needsSomebodyWhoMaySpeakIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerOptions.builder().proxyProtocol().build())
        .withMessageContaining("say which addresses may speak it");
  }

  private RawHttp.Response ask(byte[] header, int cut) throws IOException {
    return ask(header, cut, REQUEST);
  }

  private RawHttp.Response ask(byte[] header, int cut, String request) throws IOException {
    try (Socket socket = dial();
        RawHttp client = RawHttp.over(socket)) {
      socket.getOutputStream().write(header, 0, cut);
      if (cut > 0) {
        socket.getOutputStream().flush();
      }
      socket.getOutputStream().write(header, cut, header.length - cut);
      client.send(request);
      List<RawHttp.Response> responses = client.readAll();
      assertThat(responses).hasSize(1);
      return responses.getFirst();
    }
  }

  /// Whether the server ends the connection without an answer.
  private static boolean isEnded(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true; // with bytes of this side unread
    }
  }

  private Socket dial() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
