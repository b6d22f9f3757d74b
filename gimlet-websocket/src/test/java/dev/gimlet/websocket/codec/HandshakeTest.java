package dev.gimlet.websocket.codec;

import static dev.gimlet.websocket.codec.ScriptedRequest.opening;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;
import dev.gimlet.websocket.codec.HandshakeResult.Refused;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeTest {

  private static final WebSocketOptions DEFAULTS = WebSocketOptions.defaults();
  private static final Map<String, String> WANTED =
      Map.of("Upgrade", "websocket", "Sec-WebSocket-Version", "13");

  private static final String NO_GET = "a WebSocket opens with GET and HTTP/1.1";
  private static final String NO_UPGRADE =
      "this address is a WebSocket: connect with ws:// or wss://, or send Upgrade: websocket";
  private static final String NO_OPTION =
      "the request needs Connection: Upgrade; a proxy may have removed it";
  private static final String NO_VERSION = "the WebSocket version must be 13, sent once";
  private static final String NO_KEY = "Sec-WebSocket-Key must be 16 bytes in base64, sent once";
  private static final String NO_TOKENS =
      "Sec-WebSocket-Protocol must be a list of different tokens";
  private static final String A_BODY = "an opening handshake has no body";
  private static final String NO_HOST = "the request must have one Host";
  private static final String TWO_ORIGINS = "the request has more than one Origin";
  private static final String NO_ORIGIN =
      "the Origin of the request is not an origin this server can admit";

  /// A request, the status it is answered with, and the reason: 101 and none when accepted.
  record Opening(String name, ScriptedRequest request, int status, String reason) {

    static Opening accepted(String name, ScriptedRequest request) {
      return new Opening(name, request, 101, "");
    }

    /// A row of a table whose refusals all have one reason.
    static Opening row(String name, ScriptedRequest request, int status, String reason) {
      return status == 101 ? accepted(name, request) : new Opening(name, request, status, reason);
    }

    @Override
    public String toString() {
      return status + " for " + name;
    }
  }

  private static Accepted accepted(ScriptedRequest request, WebSocketOptions options) {
    return (Accepted) Handshake.accept(request, options);
  }

  private static void assertAnswered(Opening opening, WebSocketOptions options) {
    switch (Handshake.accept(opening.request(), options)) {
      case Accepted accepted -> {
        assertThat(opening.status()).isEqualTo(101);
        assertThat(accepted.responseFields())
            .containsEntry("Upgrade", "websocket")
            .containsEntry("Connection", "Upgrade")
            .containsKey("Sec-WebSocket-Accept");
      }
      case Refused refused -> {
        assertThat(refused.status()).isEqualTo(opening.status());
        assertThat(refused.reason()).isEqualTo(opening.reason());
        assertThat(refused.responseFields()).isEqualTo(refused.status() == 426 ? WANTED : Map.of());
      }
    }
  }

  @Nested
  @DisplayName("RFC 6455 §4.2.1: method, HTTP version, upgrade")
  class Upgrade {

    static Stream<Opening> methods() {
      return Stream.of(
              "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PRI", "get",
              "Get", "GET ", "")
          .map(method ->
              new Opening("\"" + method + "\"", opening().withMethod(method), 426, NO_GET));
    }

    static Stream<Opening> upgrades() {
      return Stream.of(
          upgrade(101, "websocket"),
          upgrade(101, "WebSocket"),
          upgrade(101, "WEBSOCKET"),
          upgrade(101, "wEbSoCkEt"),
          upgrade(101, " websocket "),
          upgrade(101, "\twebsocket\t"),
          upgrade(101, "h2c, websocket"),
          upgrade(101, "websocket, h2c"),
          upgrade(101, "h2c,websocket"),
          upgrade(101, "h2c , websocket , foo"),
          upgrade(101, ",websocket,"),
          upgrade(101, ", ,websocket"),
          upgrade(101, "websocket, websocket"),
          upgrade(101, "h2c", "websocket"),
          upgrade(101, "websocket", "h2c"),
          upgrade(101, "", "websocket"),
          upgrade(426),
          upgrade(426, ""),
          upgrade(426, ","),
          upgrade(426, "h2c"),
          upgrade(426, "TLS/1.0"),
          upgrade(426, "websockets"),
          upgrade(426, "xwebsocket"),
          upgrade(426, "web socket"),
          upgrade(426, "web-socket"),
          upgrade(426, "websocket/13"),
          upgrade(426, "websocket h2c"),
          upgrade(426, "websocket; q=1"),
          upgrade(426, "\"websocket\""),
          upgrade(426, "web\u017Focket"), // in Unicode the long s is a small S
          upgrade(426, "websoc\u212Aet"), // and the Kelvin sign a capital k
          upgrade(426, "web", "socket"));
    }

    static Stream<Opening> connections() {
      return Stream.of(
          connection(101, "Upgrade"),
          connection(101, "upgrade"),
          connection(101, "UPGRADE"),
          connection(101, "uPgRaDe"),
          connection(101, " Upgrade "),
          connection(101, "keep-alive, Upgrade"),
          connection(101, "keep-alive,Upgrade"),
          connection(101, "Upgrade, keep-alive"),
          connection(101, "Upgrade,HTTP2-Settings"),
          connection(101, "keep-alive\t,\tupgrade\t,\tfoo"),
          connection(101, ",,Upgrade,,"),
          connection(101, "keep-alive", "Upgrade"),
          connection(101, "Upgrade", "keep-alive"),
          connection(426),
          connection(426, ""),
          connection(426, "keep-alive"),
          connection(426, "close"),
          connection(426, "Upgraded"),
          connection(426, "no-Upgrade"),
          connection(426, "keep-alive Upgrade"),
          connection(426, "Upgrade;keep-alive"),
          connection(426, "\"Upgrade\""),
          connection(426, "websocket"),
          connection(426, "up", "grade"));
    }

    private static Opening upgrade(int status, String... values) {
      return Opening.row(
          "Upgrade: " + Arrays.toString(values),
          opening().with("Upgrade", values),
          status,
          NO_UPGRADE);
    }

    private static Opening connection(int status, String... values) {
      return Opening.row(
          "Connection: " + Arrays.toString(values),
          opening().with("Connection", values),
          status,
          NO_OPTION);
    }

    @Test
    void acceptsTheExample() {
      assertAnswered(Opening.accepted("RFC 6455 §1.3", opening()), DEFAULTS);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void wantsGet(Opening opening) {
      assertAnswered(opening, DEFAULTS);
    }

    @Test
    void wantsHttp11() {
      assertAnswered(new Opening("HTTP/1.0", opening().withHttp10(), 426, NO_GET), DEFAULTS);
    }

    @ParameterizedTest
    @MethodSource("upgrades")
    void wantsTheTokenInUpgrade(Opening opening) {
      assertAnswered(opening, DEFAULTS);
    }

    @ParameterizedTest
    @MethodSource("connections")
    void wantsTheTokenInConnection(Opening opening) {
      assertAnswered(opening, DEFAULTS);
    }

    @Test
    void tellsAPlainVisitorHowToConnect() {
      var plain = new ScriptedRequest("GET", true, false, false, Map.of());

      assertThat(Handshake.accept(plain, DEFAULTS))
          .isEqualTo(
              new Refused(
                  426,
                  "this address is a WebSocket: connect with ws:// or wss://, or send"
                      + " Upgrade: websocket",
                  WANTED));
    }
  }

  @Nested
  @DisplayName("RFC 6455 §4.2.1, 6: version")
  class Version {

    static Stream<Opening> versions() {
      return Stream.of(
          version(101, "13"),
          version(426),
          version(426, ""),
          version(426, "0"),
          version(426, "7"),
          version(426, "8"),
          version(426, "12"),
          version(426, "14"),
          version(426, "013"),
          version(426, "+13"),
          version(426, "-13"),
          version(426, "13.0"),
          version(426, "13 8"),
          version(426, "13, 8"),
          version(426, "8, 13"),
          version(426, "13, 13"),
          version(426, "13,"),
          version(426, "xiii"),
          version(426, "0x0d"),
          version(426, "130"),
          version(426, "255"),
          version(426, "256"),
          version(426, "4294967309"),
          version(426, "\uFF11\uFF13"),
          version(426, "13", "13"),
          version(426, "13", "8"),
          version(426, "8", "13"));
    }

    private static Opening version(int status, String... values) {
      return Opening.row(
          "version " + Arrays.toString(values),
          opening().with("Sec-WebSocket-Version", values),
          status,
          NO_VERSION);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void mustBe13SentOnce(Opening opening) {
      assertAnswered(opening, DEFAULTS);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §4.2.1, 2: host; RFC 9112 §3.2")
  class Shape {

    static Stream<Opening> shapes() {
      ScriptedRequest sameOrigin = opening().with("Origin", "http://server.example.com");
      return Stream.of(
          new Opening("a body", opening().withBody(), 400, A_BODY),
          new Opening("no Host", opening().without("Host"), 400, NO_HOST),
          new Opening("an Origin and no Host", sameOrigin.without("Host"), 400, NO_HOST),
          new Opening("an Origin and two Hosts", sameOrigin.with("Host", "a", "b"), 400, NO_HOST),
          new Opening("two Hosts", opening().with("Host", "a.example", "b.example"), 400, NO_HOST),
          new Opening("the same Host twice", opening().with("Host", "a", "a"), 400, NO_HOST),
          new Opening(
              "two Origins", opening().with("Origin", "http://a", "http://b"), 400, TWO_ORIGINS),
          new Opening(
              "an Origin and null", opening().with("Origin", "http://a", "null"), 400, TWO_ORIGINS),
          new Opening(
              "the same Origin twice",
              opening().with("Origin", "http://server.example.com", "http://server.example.com"),
              400,
              TWO_ORIGINS),
          Opening.accepted("the same Origin once", sameOrigin),
          Opening.accepted("Host with a port", opening().with("Host", "server.example.com:80")),
          Opening.accepted("Host as IPv6", opening().with("Host", "[::1]:8080")),
          Opening.accepted("an empty Host and no Origin", opening().with("Host", "")));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isThatOfOneRequestToOneHost(Opening opening) {
      assertAnswered(opening, DEFAULTS);
    }

    @Test
    void refusesTwoOriginsEvenWhereEveryOriginIsAdmitted() {
      WebSocketOptions any = WebSocketOptions.builder().allowAnyOrigin().build();
      ScriptedRequest request = opening().with("Origin", "http://a", "http://b");

      assertAnswered(new Opening("two Origins", request, 400, TWO_ORIGINS), any);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §4.2.1, 5: key")
  class Key {

    static Stream<Opening> keysOfEveryLength() {
      return IntStream.rangeClosed(0, 40)
          .mapToObj(bytes ->
              key(
                  bytes == 16 ? 101 : 400,
                  bytes + " bytes",
                  Base64.getEncoder().encodeToString(new byte[bytes])));
    }

    static Stream<Opening> keys() {
      String good = "dGhlIHNhbXBsZSBub25jZQ==";
      return Stream.of(
          key(101, "every bit set", "/////////////////////w=="),
          key(101, "plus signs", "+++++++++++++++++++++A=="),
          key(101, "digits", "0123456789012345678901234567890123456789".substring(0, 21) + "g=="),
          key(400, "none"),
          key(400, "twice", good, good),
          key(400, "two different ones", good, "AAAAAAAAAAAAAAAAAAAAAA=="),
          key(400, "two in one field", good + ", " + good),
          key(400, "words", "the sample nonce"),
          key(400, "no padding", "dGhlIHNhbXBsZSBub25jZQ"),
          key(400, "half of the padding", "dGhlIHNhbXBsZSBub25jZQ="),
          key(400, "three signs of padding", "dGhlIHNhbXBsZSBub25jZQ==="),
          key(400, "padding inside", "dGhlIHNhbXBs=SBub25jZQ=="),
          key(400, "padding in front", "==dGhlIHNhbXBsZSBub25jZQ"),
          key(400, "alphabet of URLs", "_____________________w=="),
          key(400, "dashes", "---------------------A=="),
          key(400, "bits beyond the 16 bytes", "dGhlIHNhbXBsZSBub25jZR=="),
          key(400, "a space in front", " " + good),
          key(400, "a space behind", good + " "),
          key(400, "a line feed behind", good + "\n"),
          key(400, "a line feed inside", "dGhlIHNhbXBs\nSBub25jZQ=="),
          key(400, "a NUL", "dGhlIHNhbXBs\0SBub25jZQ=="),
          key(400, "quotes", "\"" + good + "\""),
          key(400, "letters that are not ASCII", "dGhlIHNhbXBsZSBub25jé+=="),
          key(400, "10,000 characters", "A".repeat(10_000)));
    }

    private static Opening key(int status, String name, String... values) {
      return Opening.row(
          "key: " + name, opening().with("Sec-WebSocket-Key", values), status, NO_KEY);
    }

    @ParameterizedTest
    @MethodSource("keysOfEveryLength")
    void mustBeOf16Bytes(Opening opening) {
      assertAnswered(opening, DEFAULTS);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void mustBeBase64SentOnce(Opening opening) {
      assertAnswered(opening, DEFAULTS);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §4.2.2, 5: the server's answer")
  class Answer {

    @ParameterizedTest
    @CsvSource({
      "dGhlIHNhbXBsZSBub25jZQ==, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
      "x3JJHMbDL1EzLkh9GBhXDw==, HSmrc0sMlYUkAGmm5OPpG2HaGWk="
    })
    void answersTheKey(String key, String accept) {
      assertThat(Handshake.acceptKey(key)).isEqualTo(accept);
    }

    @Test
    void namesTheFieldsOfTheExample() {
      assertThat(accepted(opening(), DEFAULTS).responseFields())
          .containsExactly(
              Map.entry("Upgrade", "websocket"),
              Map.entry("Connection", "Upgrade"),
              Map.entry("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    }

    @Test
    void agreesToCompressionByDefault() {
      assertThat(accepted(compressing(), DEFAULTS).responseFields())
          .containsEntry(
              "Sec-WebSocket-Extensions",
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    }

    @Test
    void agreesToNoCompressionWhereThereIsNone() {
      WebSocketOptions options = WebSocketOptions.builder().noCompression().build();

      assertThat(accepted(compressing(), options).responseFields())
          .doesNotContainKey("Sec-WebSocket-Extensions");
      assertThat(accepted(compressing(), options).deflate()).isEmpty();
    }

    @Test
    void agreesToNoCompressionThatJettyWouldBreak() {
      ScriptedRequest jetty = compressing().with("User-Agent", "Jetty/12.1.14");
      WebSocketOptions takeover =
          WebSocketOptions.builder()
              .compression(Compression.DEFAULTS.withContextTakeover())
              .build();

      assertThat(accepted(jetty, DEFAULTS).deflate()).isEmpty();
      assertThat(accepted(jetty, DEFAULTS).responseFields())
          .doesNotContainKey("Sec-WebSocket-Extensions");
      assertThat(accepted(jetty, takeover).deflate()).isPresent();
    }

    private ScriptedRequest compressing() {
      return opening()
          .with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
    }

    @Test
    void ignoresMalformedExtensionOffers() {
      ScriptedRequest request =
          opening().with("Sec-WebSocket-Extensions", ";;=,\"", "x; x=08; x=", "a".repeat(10_000));

      assertThat(accepted(request, DEFAULTS).responseFields()).hasSize(3);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §1.9, §4.2.2, 5: subprotocols")
  class Subprotocols {

    private static final WebSocketOptions SPEAKS_TWO =
        WebSocketOptions.builder().subprotocols("v2.chat", "v1.chat").build();

    record Offer(List<String> fields, Optional<String> chosen) {}

    private static Offer offer(String chosen, String... fields) {
      return new Offer(List.of(fields), Optional.of(chosen).filter(name -> !name.isEmpty()));
    }

    static Stream<Offer> offers() {
      return Stream.of(
          offer("v2.chat", "v2.chat"),
          offer("v1.chat", "v1.chat"),
          offer("v2.chat", "v2.chat, v1.chat"),
          offer("v2.chat", "v1.chat, v2.chat"),
          offer("v2.chat", "v1.chat,v2.chat"),
          offer("v2.chat", "v1.chat", "v2.chat"),
          offer("v1.chat", "v3.chat, v1.chat"),
          offer("v1.chat", " v1.chat "),
          offer("v1.chat", ",v1.chat,"),
          offer("", "v3.chat"),
          offer("", "V2.CHAT"),
          offer("", "v2.chatx"),
          offer("", "xv2.chat"),
          offer("", ""),
          offer("", " , ,"),
          offer(""));
    }

    @ParameterizedTest
    @MethodSource("offers")
    void areChosenInTheServersOrder(Offer offer) {
      ScriptedRequest request =
          opening().with("Sec-WebSocket-Protocol", offer.fields().toArray(String[]::new));

      Accepted accepted = accepted(request, SPEAKS_TWO);

      assertThat(accepted.subprotocol()).isEqualTo(offer.chosen());
      assertThat(Optional.ofNullable(accepted.responseFields().get("Sec-WebSocket-Protocol")))
          .isEqualTo(offer.chosen());
    }

    @Test
    void areNotAgreedOnWhenTheServerSpeaksNone() {
      ScriptedRequest request = opening().with("Sec-WebSocket-Protocol", "chat");

      assertThat(accepted(request, DEFAULTS).subprotocol()).isEmpty();
    }

    static Stream<Opening> malformed() {
      return Stream.of(
          malformed("v1.chat v2.chat"),
          malformed("v1.chat; q=1"),
          malformed("\"v1.chat\""),
          malformed("v1/chat"),
          malformed("v1:chat"),
          malformed("v1=chat"),
          malformed("v1.chat, b@d"),
          malformed("(v1.chat)"),
          malformed("v1.chät"),
          malformed("v1.chat\r\nSet-Cookie: a=b"),
          malformed("v1.chat\nv2.chat"),
          malformed("v1.\0chat"),
          malformed("v1.chat, v1.chat"),
          malformed("v1.chat", "v1.chat"),
          malformed("other, v1.chat, other"));
    }

    private static Opening malformed(String... fields) {
      return new Opening(
          "subprotocols " + Arrays.toString(fields).replaceAll("\\p{Cntrl}", "?"),
          opening().with("Sec-WebSocket-Protocol", fields),
          400,
          NO_TOKENS);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void mustBeDifferentTokens(Opening opening) {
      assertAnswered(opening, SPEAKS_TWO);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §10.2: origins")
  class Origins {

    private static final WebSocketOptions ADMITS_SOME =
        WebSocketOptions.builder()
            .allowOrigins("https://chat.example", "http://localhost:3000", "https://*.example.org")
            .build();

    static Stream<Opening> sameOrigins() {
      return Stream.of(
          visit(101, "http://server.example.com", "server.example.com"),
          visit(101, "http://server.example.com:80", "server.example.com"),
          visit(101, "http://server.example.com", "server.example.com:80"),
          visit(101, "https://server.example.com", "server.example.com"),
          visit(101, "https://server.example.com", "server.example.com:443"),
          visit(101, "HTTP://SERVER.EXAMPLE.COM", "server.example.com"),
          visit(101, "http://server.example.com", "Server.Example.Com"),
          visit(101, "http://localhost:8080", "localhost:8080"),
          visit(101, "http://127.0.0.1:8080", "127.0.0.1:8080"),
          visit(101, "http://[::1]:8080", "[::1]:8080"),
          visit(403, "http://server.example.com:8080", "server.example.com"),
          visit(403, "http://server.example.com", "server.example.com:8080"),
          visit(403, "https://server.example.com", "server.example.com:80"),
          visit(403, "http://localhost:3000", "localhost:8080"),
          visit(403, "http://localhost:8080", "127.0.0.1:8080"),
          visit(403, "http://evil.example", "server.example.com"),
          visit(403, "http://example.com", "server.example.com"),
          visit(403, "http://x.server.example.com", "server.example.com"),
          visit(403, "http://server.example.com.evil.example", "server.example.com"),
          visit(403, "http://evilserver.example.com", "server.example.com"),
          visit(403, "http://server.example.com.", "server.example.com"),
          visit(403, "http://server.example.com", "server.example.com."),
          noOrigin("http://user@server.example.com", "server.example.com"),
          noOrigin("http://server.example.com/", "server.example.com"),
          noOrigin("http://server.example.com, http://evil.example", "server.example.com"),
          noOrigin("http://server.example.com http://evil.example", "server.example.com"),
          noOrigin("null", "server.example.com"),
          noOrigin("null", "null"),
          noOrigin("", "server.example.com"),
          noOrigin("", ""),
          noOrigin("http://", ""),
          noOrigin("file://", "server.example.com"),
          noOrigin("ws://server.example.com", "server.example.com"),
          noOrigin("chrome-extension://abc", "server.example.com"),
          noOrigin("http://sërver.example.com", "sërver.example.com"),
          noOrigin("http://*", "*"));
    }

    static Stream<Opening> admittedOrigins() {
      String host = "server.example.com";
      return Stream.of(
          visit(101, "https://chat.example", host),
          visit(101, "https://CHAT.example:443", host),
          visit(101, "http://localhost:3000", host),
          visit(101, "https://a.example.org", host),
          visit(101, "https://a.b.example.org", host),
          visit(101, "http://server.example.com", host),
          visit(403, "http://chat.example", host),
          visit(403, "https://chat.example:8443", host),
          visit(403, "https://x.chat.example", host),
          visit(403, "http://localhost:3001", host),
          visit(403, "https://localhost:3000", host),
          visit(403, "https://example.org", host),
          visit(403, "https://evilexample.org", host),
          visit(403, "https://a.example.org.evil.example", host),
          noOrigin("null", host),
          noOrigin("*", host));
    }

    private static Opening visit(int status, String origin, String host) {
      return Opening.row(page(origin, host), from(origin, host), status, advice(origin, host));
    }

    private static String advice(String origin, String host) {
      return ("pages of %1$s may not open WebSockets of %2$s: load the page from %2$s, or admit it"
              + " with allowOrigins(\"%1$s\"), in gimlet serve with --allow-origin %1$s")
          .formatted(origin, host);
    }

    private static Opening noOrigin(String origin, String host) {
      return new Opening(page(origin, host), from(origin, host), 403, NO_ORIGIN);
    }

    private static String page(String origin, String host) {
      return "a page of \"" + origin + "\" at \"" + host + "\"";
    }

    private static ScriptedRequest from(String origin, String host) {
      return opening().with("Host", host).with("Origin", origin);
    }

    @ParameterizedTest
    @MethodSource("sameOrigins")
    void mustBeTheSameByDefault(Opening opening) {
      assertAnswered(opening, DEFAULTS);
    }

    static Stream<Opening> originsOverTls() {
      String host = "chat.example:8443";
      return Stream.of(
          visit(101, "https://chat.example:8443", host),
          visit(101, "https://Chat.Example:8443", host),
          visit(403, "http://chat.example:8443", host),
          visit(403, "https://chat.example", host),
          visit(403, "https://evil.example:8443", host),
          visit(101, "https://chat.example", "chat.example"),
          visit(101, "https://chat.example:443", "chat.example"),
          visit(403, "http://chat.example:443", "chat.example"),
          visit(403, "http://chat.example", "chat.example"));
    }

    @ParameterizedTest
    @MethodSource("originsOverTls")
    void haveToBeHttpsWhenTheServerIs(Opening opening) {
      ScriptedRequest request = opening.request().overTls();

      String reason =
          opening.reason().replaceAll("(of|from) chat.example", "$1 https://chat.example");
      assertAnswered(new Opening(opening.name(), request, opening.status(), reason), DEFAULTS);
    }

    @Test
    void areAdvisedToLoadThePageOverTlsWhenTheServerSpeaksIt() {
      ScriptedRequest request =
          opening().with("Host", "a.example").with("Origin", "http://a.example").overTls();

      Refused refused = (Refused) Handshake.accept(request, DEFAULTS);

      assertThat(refused.reason())
          .startsWith("pages of http://a.example may not open WebSockets of https://a.example:")
          .contains("load the page from https://a.example, or");
    }

    @ParameterizedTest
    @MethodSource("admittedOrigins")
    void mayBeAdmittedBesides(Opening opening) {
      assertAnswered(opening, ADMITS_SOME);
    }

    @ParameterizedTest
    @MethodSource("sameOrigins")
    void areNotLookedAtWhenEveryOneIsAdmitted(Opening opening) {
      WebSocketOptions any = WebSocketOptions.builder().allowAnyOrigin().build();

      assertThat(Handshake.accept(opening.request(), any)).isInstanceOf(Accepted.class);
    }

    @Test
    void areNotAskedOfWhatIsNoBrowser() {
      assertThat(Handshake.accept(opening(), ADMITS_SOME)).isInstanceOf(Accepted.class);
    }

    @Test
    void areRefusedWithAdviceForTheirDeveloper() {
      Opening opening = visit(403, "http://localhost:3000", "localhost:8080");

      Refused refused = (Refused) Handshake.accept(opening.request(), DEFAULTS);

      assertThat(refused.reason())
          .isEqualTo(
              "pages of http://localhost:3000 may not open WebSockets of localhost:8080: load the"
                  + " page from localhost:8080, or admit it with"
                  + " allowOrigins(\"http://localhost:3000\"), in gimlet serve with"
                  + " --allow-origin http://localhost:3000");
    }

    @Test
    void areNotEchoedWhenMalformed() {
      Opening opening = visit(403, "<script>alert(1)</script>", "localhost");

      Refused refused = (Refused) Handshake.accept(opening.request(), DEFAULTS);

      assertThat(refused.reason())
          .isEqualTo("the Origin of the request is not an origin this server can admit");
    }
  }

  @Nested
  class Order {

    @Test
    void asksForTheUpgradeBeforeAnythingElse() {
      ScriptedRequest request =
          opening().without("Upgrade").without("Sec-WebSocket-Key").withBody();

      assertAnswered(new Opening("several faults", request, 426, NO_UPGRADE), DEFAULTS);
    }

    @Test
    void asksForTheOriginLast() {
      ScriptedRequest request =
          opening().with("Origin", "http://evil.example").without("Sec-WebSocket-Key");

      assertAnswered(new Opening("several faults", request, 400, NO_KEY), DEFAULTS);
    }
  }

  @Nested
  class HostileFields {

    private static final List<String> NAMES =
        List.of(
            "Host",
            "Origin",
            "Upgrade",
            "Connection",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Extensions");
    private static final WebSocketOptions OPTIONS =
        WebSocketOptions.builder().subprotocols("chat").allowOrigins("https://*.example").build();

    private static final Predicate<String> CLEAN =
        Pattern.compile("websocket|Upgrade|13|chat|[A-Za-z0-9+/]{27}=").asMatchPredicate();

    private final Random random = new Random(6455);

    /// One field replaced by noise around a good value; every answer must still be a clean one.
    private ScriptedRequest spoilt() {
      ScriptedRequest good = opening().with("Sec-WebSocket-Protocol", "chat");
      String name = NAMES.get(random.nextInt(NAMES.size()));
      List<String> values = good.headerFields(name);
      String value = values.isEmpty() ? "https://a.example" : values.getFirst();
      String spoilt = new StringBuilder(value).insert(at(value), noise()).toString();
      return good.with(
          name, Collections.nCopies(1 + random.nextInt(2), spoilt).toArray(String[]::new));
    }

    private int at(String value) {
      return random.nextInt(value.length() + 1);
    }

    private String noise() {
      byte[] noise = new byte[random.nextInt(4)];
      random.nextBytes(noise);
      return random.nextInt(4) == 0 ? "\r\nX: y" : new String(noise, ISO_8859_1);
    }

    @Test
    void neverReachTheResponse() {
      for (int round = 0; round < 20_000; round++) {
        ScriptedRequest request = spoilt();

        Map<String, String> fields =
            switch (Handshake.accept(request, OPTIONS)) {
              case Accepted accepted -> accepted.responseFields();
              case Refused refused -> refused.responseFields();
            };

        if (!fields.values().stream().allMatch(CLEAN)) {
          throw new AssertionError(fields + " answer " + request);
        }
      }
    }
  }
}
