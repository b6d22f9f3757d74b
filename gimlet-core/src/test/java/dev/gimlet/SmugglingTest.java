package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.log.PrintableText;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests that two programs may read in two ways, each followed by one that must stay unread.
@Timeout(60)
class SmugglingTest {
  private static final String STOLEN = "GET /stolen HTTP/1.1\r\nHost: a\r\n\r\n";

  private static final AtomicInteger STOLEN_COUNT = new AtomicInteger();
  private static final RunningServer SERVER =
      Gimlet.bare()
          .any("/stolen", _ -> STOLEN_COUNT.incrementAndGet())
          .any("/*path", context -> context.text("fine"))
          .start(0);

  /// A request, named by what is wrong with it.
  record Attack(String name, String bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void answersHonestRequests() throws IOException {
    assertThat(RawHttp.get(SERVER.port(), "/").status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @ParameterizedTest
  @MethodSource({"requestLines", "targets", "hosts", "fields", "lengths", "codings", "chunks"})
  void getsOneRefusalAndNothingMoreIsRead(Attack attack) throws IOException {
    try (RawHttp client = RawHttp.connect(SERVER.port())) {
      client.send(attack.bytes() + STOLEN);

      List<RawHttp.Response> responses = client.readAll();

      assertThat(STOLEN_COUNT.getAndSet(0)).isZero();
      assertThat(responses).hasSize(1);
      assertThat(responses.getFirst().status()).isIn(400, 501, 505);
      assertThat(responses.getFirst().field("Connection")).hasValue("close");
      assertThat(responses.getFirst().body()).startsWith("{\"error\":\"");
    }
  }

  static Stream<Attack> requestLines() {
    return Stream.of(
            "GET  / HTTP/1.1",
            "GET /  HTTP/1.1",
            "GET\t/ HTTP/1.1",
            "GET /\tHTTP/1.1",
            " GET / HTTP/1.1",
            "\tGET / HTTP/1.1",
            "GET / HTTP/1.1 ",
            "GET / HTTP/1.1\t",
            "GET /a b HTTP/1.1",
            "GET /\0 HTTP/1.1",
            "GET /\u007f HTTP/1.1",
            "GET /\u00e9 HTTP/1.1",
            "G\u00cbT / HTTP/1.1",
            "GE(T / HTTP/1.1",
            "GET / http/1.1",
            "GET / HTTP/01.1",
            "GET / HTTP/1.10",
            "GET / HTTP/1,1",
            "GET / HTTP/1.1\r",
            "GET / HTTP/11",
            "GET / HTTPS/1.1",
            "GET / HTTP/2.0",
            "GET / HTTP/1.2",
            "GET / HTTP/0.9",
            "GET /",
            "GET",
            "/ HTTP/1.1",
            "\nGET / HTTP/1.1",
            "\rGET / HTTP/1.1",
            "\r\n\nGET / HTTP/1.1",
            "\0GET / HTTP/1.1",
            "GET / HTTP/1.1\nX: y")
        .map(line -> attack(line, line + "\r\nHost: a\r\n\r\n"));
  }

  static Stream<Attack> targets() {
    return Stream.of(
            "example",
            "*",
            "?q",
            "/#fragment",
            "/?q#fragment",
            "http://",
            "http:///x",
            "http://user@a/",
            "http://a#b",
            "ftp://a/",
            "/%",
            "/%4",
            "/%zz",
            "/%4g",
            "/%ff",
            "/%c0%af",
            "/%ed%a0%80",
            "/%00",
            "/..",
            "/a/../b",
            "/%2e%2e/b",
            "/.",
            "a:443")
        .map(target -> attack(target, "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"));
  }

  static Stream<Attack> hosts() {
    Stream<Attack> absolute =
        Stream.of("", "Host: b/c d\r\n")
            .map(host -> attack("absolute " + host, "GET http://a/ HTTP/1.1\r\n" + host + "\r\n"));
    Stream<Attack> usual =
        Stream.of(
                "",
                "Host:\r\n",
                "Host: a\r\nHost: b\r\n",
                "Host: a\r\nHost: a\r\n",
                "Host: a\r\nhOsT: b\r\n",
                "Host: a b\r\n",
                "Host: a/b\r\n",
                "Host: a?b\r\n",
                "Host: u@a\r\n",
                "Host: a:b\r\n",
                "Host: a:1:2\r\n",
                "Host: [::1\r\n",
                "Host: [x]\r\n",
                "Host: \u00e9\r\n",
                "Host: \"a\"\r\n")
            .map(host -> attack(host, "GET / HTTP/1.1\r\n" + host + "\r\n"));
    return Stream.concat(usual, absolute);
  }

  static Stream<Attack> fields() {
    return Stream.of(
            "X : y\r\n",
            "X\t: y\r\n",
            " X: y\r\n",
            "X: y\r\n folded\r\n",
            "X: y\r\n\tfolded\r\n",
            "X: y\r\n \r\n",
            "X\r\n",
            ": y\r\n",
            "X Y: z\r\n",
            "X(Y): z\r\n",
            "\"X\": z\r\n",
            "X\0: y\r\n",
            "X\r: y\r\n",
            "\u00c9: y\r\n",
            "X: a\0b\r\n",
            "X: a\rb\r\n",
            "X: a\r\r\n",
            "X: a\n",
            "X: a\nY: b\r\n",
            "X: \u0001\r\n",
            "X: \u000b\r\n",
            "X: \u000c\r\n",
            "X: \u007f\r\n",
            "X: \u001b[31m\r\n",
            "Content-Type: a/b\r\nContent-Type: c/d\r\n",
            "Authorization: a\r\nAuthorization: b\r\n",
            "Origin: http://a\r\nOrigin: http://b\r\n",
            "Sec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: b\r\n")
        .map(field -> attack(field, "GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n"));
  }

  static Stream<Attack> lengths() {
    return Stream.of(
            "5\r\nContent-Length: 6",
            "5\r\nContent-Length: 5",
            "5, 5",
            "5,6",
            "5,",
            "+5",
            "-5",
            "-0",
            "0x5",
            "5 5",
            "5;",
            "",
            "five",
            "5.0",
            "5e0",
            "\u00b25",
            "99999999999999999999",
            "9223372036854775808",
            "5\u000b",
            "5\r\nTransfer-Encoding: chunked",
            "0\r\nTransfer-Encoding: chunked",
            "5\r\nTransfer-Encoding: identity")
        .map(length -> attack(length, post("Content-Length: " + length) + "hello"));
  }

  static Stream<Attack> codings() {
    return Stream.concat(
        Stream.of(
                "chunked\r\nContent-Length: 5",
                "chunked\r\nTransfer-Encoding: chunked",
                "chunked\r\nTransfer-Encoding: identity",
                "identity\r\nTransfer-Encoding: chunked",
                "chunked, chunked",
                "chunked,",
                ",chunked",
                "gzip, chunked",
                "chunked, gzip",
                "gzip",
                "identity",
                "xchunked",
                "chunkedx",
                "chunk",
                "chunked;a=b",
                "\"chunked\"",
                "'chunked'",
                "chunked\u000b",
                "\u000bchunked",
                "chunked\0",
                "",
                "\r\n chunked",
                "x\r\n chunked")
            .map(coding -> attack(coding, post("Transfer-Encoding: " + coding) + "0\r\n\r\n")),
        Stream.of(
            attack(
                "Transfer-Encoding : chunked", post("Transfer-Encoding : chunked") + "0\r\n\r\n"),
            attack(
                "chunked with HTTP/1.0",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gzip          | 400 | send Content-Length or, with HTTP/1.1, Transfer-Encoding: chunked
          chunked, gzip | 400 | send Content-Length or, with HTTP/1.1, Transfer-Encoding: chunked
          gzip, chunked | 501 | chunked is the only transfer coding here
          """)
  void saysWhichCodingToUse(String coding, int status, String message) throws IOException {
    try (RawHttp client = RawHttp.connect(SERVER.port())) {
      client.send(post("Transfer-Encoding: " + coding) + "0\r\n\r\n");

      RawHttp.Response response = client.read();

      assertThat(response.status()).isEqualTo(status);
      assertThat(response.body()).contains(message);
    }
  }

  static Stream<Attack> chunks() {
    return Stream.of(
            "5\nhello\r\n0\r\n\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
            "+5\r\nhello\r\n0\r\n\r\n",
            "-5\r\nhello\r\n0\r\n\r\n",
            " 5\r\nhello\r\n0\r\n\r\n",
            "5 \r\nhello\r\n0\r\n\r\n",
            "5\t\r\nhello\r\n0\r\n\r\n",
            "5\u000b\r\nhello\r\n0\r\n\r\n",
            "\r\nhello\r\n0\r\n\r\n",
            ";a\r\nhello\r\n0\r\n\r\n",
            "g\r\nhello\r\n0\r\n\r\n",
            "5g\r\nhello\r\n0\r\n\r\n",
            "5,5\r\nhello\r\n0\r\n\r\n",
            "80000000\r\nhello\r\n0\r\n\r\n",
            "100000005\r\nhello\r\n0\r\n\r\n",
            "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
            "5;a\nhello\r\n0\r\n\r\n",
            "5;a\rb\r\nhello\r\n0\r\n\r\n",
            "5\r\nhello0\r\n\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "5\r\nhello\r0\r\n\r\n",
            "5\r\nhelloworld\r\n0\r\n\r\n",
            "0\n\r\n",
            "0\r\n\n",
            "0\r\nX : y\r\n\r\n",
            "0\r\nX\r\n\r\n",
            "0\r\nX: y\n\r\n",
            "0\r\nX: \0\r\n\r\n")
        .map(chunks -> attack(chunks, post("Transfer-Encoding: chunked") + chunks));
  }

  private static String post(String field) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
  }

  private static Attack attack(String name, String bytes) {
    return new Attack(PrintableText.of("[" + name + "]"), bytes);
  }
}
