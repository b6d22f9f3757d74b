package dev.gimlet.entrance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Trusted are 10.0.0.0/8, ::1 and 2001:db8:a::/48; the peer's port is 99.
class TrustedProxiesTest {
  private final TrustedProxies proxies =
      new TrustedProxies(
          List.of(
              AddressRange.parse("10.0.0.0/8"),
              AddressRange.parse("::1"),
              AddressRange.parse("2001:db8:a::/48")));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      textBlock =
          """
          192.0.2.9; 203.0.113.7; 192.0.2.9:99
          192.0.2.9; 10.0.0.2; 192.0.2.9:99
          192.0.2.9; 203.0.113.7, 10.0.0.2; 192.0.2.9:99
          10.0.0.1; ; 10.0.0.1:99
          10.0.0.1; 203.0.113.7; 203.0.113.7:0
          10.0.0.1; 203.0.113.7:1234; 203.0.113.7:1234
          10.0.0.1; 203.0.113.7:0; 203.0.113.7:0
          10.0.0.1; 203.0.113.7:65535; 203.0.113.7:65535
          10.0.0.1; 203.0.113.7:65536; 10.0.0.1:99
          10.0.0.1; 203.0.113.7:; 10.0.0.1:99
          10.0.0.1; 203.0.113.7:x; 10.0.0.1:99
          10.0.0.1; 6.6.6.6, 203.0.113.7; 203.0.113.7:0
          10.0.0.1; 6.6.6.6,203.0.113.7; 203.0.113.7:0
          10.0.0.1; 6.6.6.6, 203.0.113.7, 10.0.0.2; 203.0.113.7:0
          10.0.0.1; 6.6.6.6, 203.0.113.7, 10.0.0.2, 10.0.0.3; 203.0.113.7:0
          10.0.0.1; 10.9.9.9, 203.0.113.7, 10.0.0.2; 203.0.113.7:0
          10.0.0.1; 10.0.0.4, 10.0.0.3, 10.0.0.2; 10.0.0.4:0
          10.0.0.1; 10.0.0.2; 10.0.0.2:0
          10.0.0.1; garbage; 10.0.0.1:99
          10.0.0.1; garbage, 203.0.113.7; 203.0.113.7:0
          10.0.0.1; 203.0.113.7, garbage; 10.0.0.1:99
          10.0.0.1; 203.0.113.7, garbage, 10.0.0.2; 10.0.0.1:99
          10.0.0.1; 203.0.113.7, 10.0.0.2, 999.0.0.1; 10.0.0.1:99
          10.0.0.1; unknown; 10.0.0.1:99
          10.0.0.1; 203.0.113.7, unknown; 10.0.0.1:99
          10.0.0.1; 203.0.113.7, unknown, 10.0.0.2; 10.0.0.2:0
          10.0.0.1; UNKNOWN, 10.0.0.2; 10.0.0.2:0
          10.0.0.1; _hidden; 10.0.0.1:99
          10.0.0.1; ,203.0.113.7,,; 203.0.113.7:0
          10.0.0.1; ,,; 10.0.0.1:99
          10.0.0.1; 2001:db8::7; [2001:db8::7]:0
          10.0.0.1; [2001:db8::7]; [2001:db8::7]:0
          10.0.0.1; [2001:db8::7]:443; [2001:db8::7]:443
          10.0.0.1; [203.0.113.7]; 10.0.0.1:99
          10.0.0.1; [2001:db8::7; 10.0.0.1:99
          10.0.0.1; 2001:db8::7]; 10.0.0.1:99
          10.0.0.1; fe80::1%eth0; 10.0.0.1:99
          10.0.0.1; 203.0.113.7, 2001:db8:a::1; 203.0.113.7:0
          10.0.0.1; 203.0.113.7, [2001:db8:a::1]:80; 203.0.113.7:0
          10.0.0.1; 203.0.113.7, 2001:db8:b::1; [2001:db8:b::1]:0
          10.0.0.1; ::ffff:203.0.113.7; 203.0.113.7:0
          10.0.0.1; 203.0.113.7, ::ffff:10.0.0.2; 203.0.113.7:0
          10.0.0.1; 127.0.0.1; 127.0.0.1:0
          10.0.0.1; localhost; 10.0.0.1:99
          10.0.0.1; 0x7f.0.0.1; 10.0.0.1:99
          10.0.0.1; 2130706433; 10.0.0.1:99
          10.0.0.1; 010.0.0.1; 10.0.0.1:99
          10.0.0.1; 203.0.113.7 10.0.0.2; 10.0.0.1:99
          10.0.0.1; "203.0.113.7"; 10.0.0.1:99
          ::1; 203.0.113.7; 203.0.113.7:0
          ::2; 203.0.113.7; [::2]:99
          2001:db8:a:1::1; 203.0.113.7; 203.0.113.7:0
          ::ffff:10.0.0.1; 203.0.113.7; 203.0.113.7:0
          """)
  void walkXForwardedFor(String peer, String field, String client) {
    HttpHeaders fields = new DefaultHttpHeaders();
    if (field != null) {
      fields.add("X-Forwarded-For", field);
    }

    assertThat(text(clientOf(peer, fields))).isEqualTo(client);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          192.0.2.9 | for=203.0.113.7 | 192.0.2.9:99
          10.0.0.1 | for=203.0.113.7 | 203.0.113.7:0
          10.0.0.1 | For="203.0.113.7" | 203.0.113.7:0
          10.0.0.1 | for="203.0.113.7:8080" | 203.0.113.7:8080
          10.0.0.1 | for="[2001:db8::7]" | [2001:db8::7]:0
          10.0.0.1 | for="[2001:db8::7]:443" | [2001:db8::7]:443
          10.0.0.1 | for=[2001:db8::7] | [2001:db8::7]:0
          10.0.0.1 | for=unknown | 10.0.0.1:99
          10.0.0.1 | for=_SEVKISEK | 10.0.0.1:99
          10.0.0.1 | for="_x:_y" | 10.0.0.1:99
          10.0.0.1 | for="203.0.113.7:_p" | 203.0.113.7:0
          10.0.0.1 | for=203.0.113.7, for=_a, for=10.0.0.2 | 10.0.0.2:0
          10.0.0.1 | for=6.6.6.6, for=203.0.113.7;proto=https;by=10.0.0.1 | 203.0.113.7:0
          10.0.0.1 | for=203.0.113.7 , for=10.0.0.2 | 203.0.113.7:0
          10.0.0.1 | for=203.0.113.7;for=6.6.6.6 | 10.0.0.1:99
          10.0.0.1 | for="203.0.113.7 | 10.0.0.1:99
          10.0.0.1 | for="a, for=203.0.113.7 | 10.0.0.1:99
          10.0.0.1 | for="a,b";by=c, for=203.0.113.7 | 203.0.113.7:0
          10.0.0.1 | for="203\\.0.113.7" | 203.0.113.7:0
          10.0.0.1 | for | 10.0.0.1:99
          10.0.0.1 | for= | 10.0.0.1:99
          10.0.0.1 | =203.0.113.7 | 10.0.0.1:99
          10.0.0.1 | for = 203.0.113.7 | 10.0.0.1:99
          10.0.0.1 | proto=https | 10.0.0.1:99
          10.0.0.1 | for=203.0.113.7, proto=https | 10.0.0.1:99
          10.0.0.1 | for=203.0.113.7;;proto=http | 203.0.113.7:0
          10.0.0.1 | ,for=203.0.113.7, | 203.0.113.7:0
          10.0.0.1 | 203.0.113.7 | 10.0.0.1:99
          10.0.0.1 | for=203.0.113.7;host="a;b,c" | 203.0.113.7:0
          """)
  void walkForwarded(String peer, String field, String client) {
    HttpHeaders fields = new DefaultHttpHeaders().add("Forwarded", field);

    assertThat(text(clientOf(peer, fields))).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "=", ";", ",", "a ", "a;", "for=", "for=[", "for=\"\\"})
  void readAnyLongFieldAtOnce(String repeated) {
    HttpHeaders fields = new DefaultHttpHeaders();
    for (String name : List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host")) {
      fields.add(name, repeated.repeat(64 << 10));
    }

    assertTimeoutPreemptively(Duration.ofSeconds(1), () -> clientOf("10.0.0.1", fields));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          both agree | for=203.0.113.7 | 203.0.113.7 | 203.0.113.7:0
          the client made up Forwarded | for=6.6.6.6 | 203.0.113.7 | 10.0.0.1:99
          the client made up the other | for=203.0.113.7 | 6.6.6.6 | 10.0.0.1:99
          one is malformed | for= | 203.0.113.7 | 10.0.0.1:99
          """)
  void believeNeitherFieldWhenTheyDisagree(
      String name, String forwarded, String xForwardedFor, String client) {
    HttpHeaders fields =
        new DefaultHttpHeaders().add("Forwarded", forwarded).add("X-Forwarded-For", xForwardedFor);

    assertThat(text(clientOf("10.0.0.1", fields))).isEqualTo(client);
  }

  /// The proxy wrote X-Forwarded-*: http and chat.example.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          for=203.0.113.7;proto=http;host=chat.example | 203.0.113.7:0 | chat.example
          for=203.0.113.7 | 203.0.113.7:0 |
          for=203.0.113.7;proto=https;host=chat.example | 10.0.0.1:99 |
          for=203.0.113.7;proto=http;host=evil.example | 10.0.0.1:99 |
          """)
  void believeNoClientThatKnowsOnlyItsAddress(String forwarded, String client, String host) {
    HttpHeaders fields = new DefaultHttpHeaders().add("Forwarded", forwarded);
    add(fields, "X-Forwarded-For", "203.0.113.7");
    add(fields, "X-Forwarded-Proto", "http");
    add(fields, "X-Forwarded-Host", "chat.example");

    Client found = clientOf("10.0.0.1", fields);

    assertThat(text(found)).isEqualTo(client);
    assertThat(found.secure()).isFalse();
    assertThat(found.host()).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          X-Forwarded-For | 6.6.6.6 | 203.0.113.7 | 203.0.113.7:0
          X-Forwarded-For | 203.0.113.7 | 10.0.0.2 | 203.0.113.7:0
          Forwarded | for=6.6.6.6 | for=203.0.113.7 | 203.0.113.7:0
          Forwarded | for="6.6.6.6 | for=203.0.113.7 | 203.0.113.7:0
          Forwarded | for=203.0.113.7 | for=10.0.0.2 | 203.0.113.7:0
          """)
  void readAFieldThatComesTwiceAsOneList(String name, String first, String second, String client) {
    HttpHeaders fields = new DefaultHttpHeaders().add(name, first).add(name, second);

    assertThat(text(clientOf("10.0.0.1", fields))).isEqualTo(client);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.0.0.1 | 203.0.113.7 | https | chat.example | true | chat.example
          10.0.0.1 | 203.0.113.7 | HTTPS | chat.example:8443 | true | chat.example:8443
          10.0.0.1 | 203.0.113.7 | wss | | true |
          10.0.0.1 | 203.0.113.7 | http | | false |
          10.0.0.1 | 203.0.113.7 | | | false |
          10.0.0.1 | 203.0.113.7 | ftp | a b | false |
          10.0.0.1 | 203.0.113.7, 10.0.0.2 | https | chat.example | true | chat.example
          10.0.0.1 | 203.0.113.7, 10.0.0.2 | https, http | chat.example, inner | true | chat.example
          10.0.0.1 | 6.6.6.6, 203.0.113.7, 10.0.0.2 | http, https, http | evil, chat.example, inner | true | chat.example
          10.0.0.1 | | https | chat.example | true | chat.example
          192.0.2.9 | 203.0.113.7 | https | chat.example | false |
          """)
  void tellSchemeAndHost(
      String peer, String node, String proto, String host, boolean secure, String toldHost) {
    HttpHeaders fields = new DefaultHttpHeaders();
    add(fields, "X-Forwarded-For", node);
    add(fields, "X-Forwarded-Proto", proto);
    add(fields, "X-Forwarded-Host", host);

    Client client = clientOf(peer, fields);

    assertThat(client.secure()).isEqualTo(secure);
    assertThat(client.host()).isEqualTo(toldHost);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          for=203.0.113.7;proto=https;host=chat.example | true | chat.example
          for=203.0.113.7;proto=https;host=chat.example, for=10.0.0.2;proto=http;host=in | true | chat.example
          for=6.6.6.6;proto=https;host=evil, for=203.0.113.7;proto=http;host=a | false | a
          for=203.0.113.7;proto=https;host="a b" | true |
          """)
  void tellSchemeAndHostInForwarded(String field, boolean secure, String host) {
    Client client = clientOf("10.0.0.1", new DefaultHttpHeaders().add("Forwarded", field));

    assertThat(client.secure()).isEqualTo(secure);
    assertThat(client.host()).isEqualTo(host);
    assertThat(client.proxied()).isTrue();
  }

  private static void add(HttpHeaders fields, String name, String value) {
    if (value != null) {
      fields.add(name, value);
    }
  }

  private Client clientOf(String peer, HttpHeaders fields) {
    InetSocketAddress address = new InetSocketAddress(IpLiteral.parse(peer).orElseThrow(), 99);
    return proxies.clientOf(Client.direct(address, false), fields::getAll);
  }

  private static String text(Client client) {
    String host = client.address().getHostString();
    InetSocketAddress again =
        new InetSocketAddress(IpLiteral.parse(host).orElseThrow(), client.address().getPort());
    assertThat(again).isEqualTo(client.address());
    return host.contains(":")
        ? "[" + shortened(host) + "]:" + client.address().getPort()
        : host + ":" + client.address().getPort();
  }

  private static String shortened(String ipv6) {
    return ipv6.replaceFirst("(?:^|:)0(?::0)+(?::|$)", "::");
  }
}
