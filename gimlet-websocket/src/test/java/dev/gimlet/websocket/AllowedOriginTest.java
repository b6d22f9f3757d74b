package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginTest {

  record Visit(String allowed, String origin, boolean admitted) {

    @Override
    public String toString() {
      return (admitted ? "" : "not ") + origin + " by " + allowed;
    }
  }

  private static Stream<Visit> admitted(String allowed, String... origins) {
    return Arrays.stream(origins).map(origin -> new Visit(allowed, origin, true));
  }

  private static Stream<Visit> refused(String allowed, String... origins) {
    return Arrays.stream(origins).map(origin -> new Visit(allowed, origin, false));
  }

  @Nested
  class OneHost {

    static Stream<Visit> visits() {
      return Stream.of(
              admitted(
                  "https://chat.example",
                  "https://chat.example",
                  "https://chat.example:443",
                  "HTTPS://chat.example",
                  "https://CHAT.EXAMPLE",
                  "https://Chat.Example:443"),
              admitted("https://chat.example:443", "https://chat.example"),
              admitted("HTTPS://CHAT.EXAMPLE", "https://chat.example"),
              admitted("http://localhost:3000", "http://localhost:3000", "http://LOCALHOST:3000"),
              admitted("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
              admitted("http://[::1]:8080", "http://[::1]:8080"),
              admitted("https://[2001:db8::A]", "https://[2001:db8::a]:443"),
              refused(
                  "https://chat.example",
                  "null",
                  "",
                  "*",
                  "http://chat.example",
                  "http://chat.example:443",
                  "https://chat.example:80",
                  "https://chat.example:8443",
                  "https://chat.example:444",
                  "https://chat.example:4430",
                  "https://chat.example:",
                  "https://chat.example/",
                  "https://chat.example/path",
                  "https://chat.example?",
                  "https://chat.example#",
                  "https://chat.example.",
                  "https://chat.example..",
                  "https://chat.example.evil.example",
                  "https://chat.example.com",
                  "https://chat.example-evil.com",
                  "https://evilchat.example",
                  "https://evil.chat.example",
                  "https://evil-chat.example",
                  "https://xchat.example",
                  "https://hat.example",
                  "https://chat",
                  "https://chat.exampl",
                  "https://chat_example",
                  "https://chatxexample",
                  "https://user@chat.example",
                  "https://user:pw@chat.example",
                  "https://chat.example@evil.example",
                  "https://evil.example#chat.example",
                  "https://evil.example?chat.example",
                  "https://evil.example/https://chat.example",
                  "https://evil.example\\.chat.example",
                  "https://chat.example,https://evil.example",
                  "https://evil.example https://chat.example",
                  "https://chat.example https://chat.example",
                  " https://chat.example",
                  "https://chat.example ",
                  "https://chat.example\t",
                  "https://chat.example\0",
                  "https://chat.example\r\n",
                  "//chat.example",
                  "chat.example",
                  "https:chat.example",
                  "https:/chat.example",
                  "https:///chat.example",
                  "wss://chat.example",
                  "file://chat.example",
                  "chrome-extension://chat.example",
                  "https://ch\u0430t.example", // Cyrillic
                  "https://chat\u3002example",
                  "https://chat.examp\u2113e",
                  "https://xn--cht-7cd.example",
                  "https://chat%2eexample",
                  "https://127.0.0.1",
                  "https://[::1]"),
              refused(
                  "http://localhost:3000",
                  "http://localhost",
                  "http://localhost:3001",
                  "http://localhost:30000",
                  "https://localhost:3000",
                  "http://127.0.0.1:3000",
                  "http://[::1]:3000",
                  "http://localhost.evil.example:3000",
                  "http://localhost:3000.evil.example"),
              refused(
                  "http://127.0.0.1:8080",
                  "http://localhost:8080",
                  "http://127.1:8080",
                  "http://2130706433:8080",
                  "http://0x7f000001:8080",
                  "http://127.000.000.001:8080",
                  "http://[::ffff:127.0.0.1]:8080"),
              refused("http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080", "http://::1:8080"))
          .flatMap(visits -> visits);
    }

    @ParameterizedTest
    @MethodSource("visits")
    void isComparedBySchemeHostAndPort(Visit visit) {
      assertThat(AllowedOrigin.parse(visit.allowed()).admits(visit.origin()))
          .isEqualTo(visit.admitted());
    }
  }

  @Nested
  class EverySubdomain {

    static Stream<Visit> visits() {
      return Stream.of(
              admitted(
                  "https://*.example.com",
                  "https://a.example.com",
                  "https://a.b.example.com",
                  "https://A.EXAMPLE.COM",
                  "https://a.example.com:443",
                  "https://example.com.example.com"),
              admitted("http://*.localhost:3000", "http://app.localhost:3000"),
              refused(
                  "https://*.example.com",
                  "https://example.com",
                  "https://.example.com",
                  "https://..example.com",
                  "https://a..example.com",
                  "https://*.example.com",
                  "https://aexample.com",
                  "https://a-example.com",
                  "https://a.example.com.",
                  "https://a.example.com.evil.example",
                  "https://a.example.comm",
                  "https://a.example.co",
                  "https://a.example.com:8443",
                  "https://a.xexample.com",
                  "http://a.example.com",
                  "https://evil.example/.example.com",
                  "https://evil.example?.example.com",
                  "https://evil.example#.example.com",
                  "https://evil.example\\.example.com",
                  "https://user@a.example.com",
                  "https://evil.example:443.example.com",
                  "https://[::1].example.com",
                  "null",
                  ""))
          .flatMap(visits -> visits);
    }

    @ParameterizedTest
    @MethodSource("visits")
    void isAdmittedByWholeLabels(Visit visit) {
      assertThat(AllowedOrigin.parse(visit.allowed()).admits(visit.origin()))
          .isEqualTo(visit.admitted());
    }
  }

  @Nested
  class Neighbours {

    private static final String ALLOWED = "https://chat.example:8443";
    private static final String INSERTED = "abchtpsxAHZ0189.-_:/\\@*#?%[] ,\t\0\u0430\u212A";

    /// Every string that one edit makes of the allowed origin.
    private static Stream<String> neighbours() {
      return IntStream.rangeClosed(0, ALLOWED.length()).boxed().flatMap(Neighbours::editedAt);
    }

    private static Stream<String> editedAt(int at) {
      String before = ALLOWED.substring(0, at);
      String after = ALLOWED.substring(at);
      String rest = after.isEmpty() ? "" : after.substring(1);
      Stream<String> edited =
          INSERTED
              .chars()
              .mapToObj(Character::toString)
              .flatMap(each -> Stream.of(before + each + after, before + each + rest));
      return Stream.concat(Stream.of(before + rest), edited);
    }

    @Test
    void areRefusedUnlessTheyMeanTheSame() {
      AllowedOrigin allowed = AllowedOrigin.parse(ALLOWED);

      List<String> admitted = neighbours().filter(allowed::admits).distinct().toList();

      assertThat(admitted)
          .hasSizeGreaterThan(1)
          .allMatch(
              origin -> origin.toLowerCase(Locale.ROOT).replace(":08443", ":8443").equals(ALLOWED));
    }

    @Test
    void areRefusedByAWildcardUnlessTheyAreSubdomains() {
      AllowedOrigin wildcard = AllowedOrigin.parse("https://*.example:8443");

      List<String> admitted = neighbours().filter(wildcard::admits).distinct().toList();

      assertThat(admitted)
          .hasSizeGreaterThan(1)
          .allMatch(origin -> origin.matches("(?i)https://[a-z0-9_.-]+\\.example:0?8443"));
    }
  }

  @Nested
  class Parsing {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "*",
          "null",
          "chat.example",
          "chat.example:8080",
          "ws://chat.example",
          "https://",
          "https://*",
          "https://*.",
          "https://*.*.example",
          "https://a.*.example",
          "https://*a.example",
          "https://a*.example",
          "https://*.*",
          "https://chat.example/",
          "https://chat.example/path",
          "https://chat.example:*",
          "https://chat.example:99999",
          "https://user@chat.example",
          " https://chat.example",
          "https://a.example,https://b.example"
        })
    void refusesWhatIsNoOriginWithAdvice(String text) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AllowedOrigin.parse(text))
          .withMessage(
              "\"%s\" is not an origin: write it like https://chat.example or"
                  + " http://localhost:3000, without a path",
              text);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "https://chat.example",
          "http://chat.example",
          "http://localhost:3000",
          "https://chat.example:80",
          "https://*.example.com",
          "http://*.example.com:8080",
          "http://[::1]:8080"
        })
    void isShownAsItIsWritten(String text) {
      assertThat(AllowedOrigin.parse(text)).hasToString(text);
    }

    @Test
    void leavesTheUsualPortOut() {
      assertThat(AllowedOrigin.parse("HTTPS://Chat.Example:443"))
          .hasToString("https://chat.example");
      assertThat(AllowedOrigin.parse("http://*.Example:80")).hasToString("http://*.example");
    }
  }
}
