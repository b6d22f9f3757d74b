package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OriginTest {

  record Normal(String text, String scheme, String host, int port) {}

  static Stream<Normal> origins() {
    return Stream.of(
        new Normal("http://example.com", "http", "example.com", 80),
        new Normal("https://example.com", "https", "example.com", 443),
        new Normal("http://example.com:80", "http", "example.com", 80),
        new Normal("https://example.com:443", "https", "example.com", 443),
        new Normal("http://example.com:443", "http", "example.com", 443),
        new Normal("https://example.com:80", "https", "example.com", 80),
        new Normal("http://localhost:3000", "http", "localhost", 3000),
        new Normal("https://example.com:65535", "https", "example.com", 65_535),
        new Normal("HTTPS://EXAMPLE.COM", "https", "example.com", 443),
        new Normal("hTtP://ExAmPlE.cOm:8080", "http", "example.com", 8080),
        new Normal("https://example.com.", "https", "example.com.", 443),
        new Normal("https://a_b.example-1.com", "https", "a_b.example-1.com", 443),
        new Normal("https://xn--fsq.example", "https", "xn--fsq.example", 443),
        new Normal("http://127.0.0.1:8080", "http", "127.0.0.1", 8080),
        new Normal("http://[::1]", "http", "[::1]", 80),
        new Normal("https://[2001:DB8::1]:8443", "https", "[2001:db8::1]", 8443),
        new Normal("http://[::ffff:127.0.0.1]", "http", "[::ffff:127.0.0.1]", 80),
        new Normal("https://" + "a.".repeat(126) + "a", "https", "a.".repeat(126) + "a", 443));
  }

  @ParameterizedTest
  @MethodSource("origins")
  void isParsedIntoItsNormalForm(Normal normal) {
    assertThat(Origin.parse(normal.text()))
        .contains(new Origin(normal.scheme(), normal.host(), normal.port()));
  }

  record Malformed(String name, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Malformed> malformed() {
    return Stream.of(
        new Malformed("empty", ""),
        new Malformed("null", "null"),
        new Malformed("blank", " "),
        new Malformed("star", "*"),
        new Malformed("no scheme", "example.com"),
        new Malformed("only slashes", "//example.com"),
        new Malformed("only a scheme", "https://"),
        new Malformed("one slash", "https:/example.com"),
        new Malformed("back-slashes", "https:\\\\example.com"),
        new Malformed("file", "file://"),
        new Malformed("file with a host", "file://example.com"),
        new Malformed("ws", "ws://example.com"),
        new Malformed("wss", "wss://example.com"),
        new Malformed("browser extension", "chrome-extension://abcdefgh"),
        new Malformed("javascript", "javascript:alert(1)"),
        new Malformed("scheme with more letters", "httpss://example.com"),
        new Malformed("trailing slash", "https://example.com/"),
        new Malformed("path", "https://example.com/chat"),
        new Malformed("query", "https://example.com?a"),
        new Malformed("fragment", "https://example.com#a"),
        new Malformed("user", "https://user@example.com"),
        new Malformed("user and password", "https://user:secret@example.com"),
        new Malformed("colon without port", "https://example.com:"),
        new Malformed("port too large", "https://example.com:65536"),
        new Malformed("port of six digits", "https://example.com:000443"),
        new Malformed("negative port", "https://example.com:-1"),
        new Malformed("port with a sign", "https://example.com:+443"),
        new Malformed("port with letters", "https://example.com:44a"),
        new Malformed("port in other digits", "https://example.com:٤٤٣"),
        new Malformed("two ports", "https://example.com:443:443"),
        new Malformed("leading space", " https://example.com"),
        new Malformed("trailing space", "https://example.com "),
        new Malformed("trailing line feed", "https://example.com\n"),
        new Malformed("trailing NUL", "https://example.com\0"),
        new Malformed("inner tab", "https://exam\tple.com"),
        new Malformed("two origins", "https://a.example https://b.example"),
        new Malformed("two origins with a comma", "https://a.example,https://b.example"),
        new Malformed("letters that are not ASCII", "https://exämple.com"),
        new Malformed("Kelvin sign for k", "https://\u212Aelvin.example"),
        new Malformed("long s for s", "http\u017F://example.com"),
        new Malformed("full-width stop", "https://example\uFF0Ecom"),
        new Malformed("percent escapes", "https://example%2Ecom"),
        new Malformed("wildcard", "https://*.example.com"),
        new Malformed("only a dot", "https://."),
        new Malformed("leading dot", "https://.example.com"),
        new Malformed("two dots", "https://example..com"),
        new Malformed("two dots at the end", "https://example.com.."),
        new Malformed("host of 254 characters", "https://" + "a".repeat(254)),
        new Malformed("IPv6 without brackets", "http://::1"),
        new Malformed("IPv6 with a zone", "http://[fe80::1%25eth0]"),
        new Malformed("empty brackets", "http://[]"),
        new Malformed("open bracket", "http://[::1"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isEmptyWhenMalformed(Malformed malformed) {
    assertThat(Origin.parse(malformed.text())).isEmpty();
  }

  record Target(String origin, String hostField, boolean same) {}

  static Stream<Target> targets() {
    return Stream.of(
        new Target("http://example.com", "example.com", true),
        new Target("http://example.com", "example.com:80", true),
        new Target("http://example.com:80", "example.com", true),
        new Target("http://example.com", "EXAMPLE.com", true),
        new Target("https://example.com", "example.com", true),
        new Target("https://example.com", "example.com:443", true),
        new Target("http://localhost:8080", "localhost:8080", true),
        new Target("http://[::1]:8080", "[::1]:8080", true),
        new Target("http://example.com", "example.com:443", false),
        new Target("https://example.com", "example.com:80", false),
        new Target("http://localhost:3000", "localhost:8080", false),
        new Target("http://localhost", "127.0.0.1", false),
        new Target("http://example.com", "www.example.com", false),
        new Target("http://www.example.com", "example.com", false),
        new Target("http://example.com", "example.com.", false),
        new Target("http://example.com", "", false),
        new Target("http://example.com", "user@example.com", false),
        new Target("http://example.com", "example.com/", false),
        new Target("http://example.com", "example.com, example.com", false),
        new Target("http://example.com", " example.com", false));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void isComparedWithTheHostOfTheRequest(Target target) {
    Origin origin = Origin.parse(target.origin()).orElseThrow();

    assertThat(origin.sameAs(target.hostField())).isEqualTo(target.same());
  }
}
