package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketOptionsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LEAP = Duration.ofDays(366);

  @Test
  void hasTheDefaultsItDocuments() {
    WebSocketOptions defaults = WebSocketOptions.defaults();

    assertThat(defaults.maxMessageBytes()).isEqualTo(1_048_576);
    assertThat(defaults.outboxBytes()).isEqualTo(1_048_576);
    assertThat(defaults.slowConsumerPolicy()).isEqualTo(SlowConsumerPolicy.CLOSE);
    assertThat(defaults.heartbeatInterval()).isEqualTo(Duration.ofSeconds(25));
    assertThat(defaults.heartbeatTimeout()).isEqualTo(Duration.ofSeconds(8));
    assertThat(defaults.closeTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(defaults.messageTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.stallTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(defaults.sendTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.controlFrameRate()).isEqualTo(new RateLimit(50, 10));
    assertThat(defaults.messageRate()).isEqualTo(RateLimit.NONE);
    assertThat(defaults.subprotocols()).isEmpty();
    assertThat(defaults.allowedOrigins()).isEmpty();
    assertThat(defaults.anyOriginAllowed()).isFalse();
  }

  private static WebSocketOptions.Builder everythingSet() {
    return WebSocketOptions.builder()
        .maxMessageBytes(4096)
        .outboxBytes(8192)
        .slowConsumerPolicy(SlowConsumerPolicy.DROP_OLDEST)
        .heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(3))
        .closeTimeout(Duration.ofSeconds(4))
        .messageTimeout(Duration.ofSeconds(5))
        .stallTimeout(Duration.ofSeconds(6))
        .sendTimeout(Duration.ofSeconds(7))
        .controlFrameRate(new RateLimit(1, 2))
        .messageRate(new RateLimit(3, 4))
        .subprotocols("v2.chat", "v1.chat")
        .allowOrigins("https://chat.example", "https://*.example.com")
        .allowAnyOrigin();
  }

  @Test
  void holdsWhatWasSet() {
    assertHoldsWhatWasSet(everythingSet().build());
  }

  @Test
  void startsAgainFromWhatWasSet() {
    assertHoldsWhatWasSet(everythingSet().build().toBuilder().build());
  }

  private static void assertHoldsWhatWasSet(WebSocketOptions options) {
    assertThat(options.maxMessageBytes()).isEqualTo(4096);
    assertThat(options.outboxBytes()).isEqualTo(8192);
    assertThat(options.slowConsumerPolicy()).isEqualTo(SlowConsumerPolicy.DROP_OLDEST);
    assertThat(options.heartbeatInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.heartbeatTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(options.closeTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(options.messageTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.stallTimeout()).isEqualTo(Duration.ofSeconds(6));
    assertThat(options.sendTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(options.controlFrameRate()).isEqualTo(new RateLimit(1, 2));
    assertThat(options.messageRate()).isEqualTo(new RateLimit(3, 4));
    assertThat(options.subprotocols()).containsExactly("v2.chat", "v1.chat");
    assertThat(options.allowedOrigins())
        .map(AllowedOrigin::toString)
        .containsExactly("https://chat.example", "https://*.example.com");
    assertThat(options.anyOriginAllowed()).isTrue();
  }

  @Test
  void isNotTouchedByABuilderMadeOfIt() {
    WebSocketOptions options = everythingSet().build();

    options.toBuilder().maxMessageBytes(125).subprotocols().allowOrigins().build();

    assertHoldsWhatWasSet(options);
  }

  @Test
  void isNotTouchedByItsBuilderGoingOn() {
    WebSocketOptions.Builder builder = everythingSet();
    WebSocketOptions options = builder.build();

    builder.maxMessageBytes(125).subprotocols("other").build();

    assertHoldsWhatWasSet(options);
  }

  @Test
  void isNotTouchedByTheArrayOfNames() {
    String[] names = {"a", "b"};

    WebSocketOptions options = WebSocketOptions.builder().subprotocols(names).build();
    names[0] = "changed";

    assertThat(options.subprotocols()).containsExactly("a", "b");
  }

  @Test
  void takesTheSmallestLimits() {
    WebSocketOptions options =
        WebSocketOptions.builder()
            .maxMessageBytes(125)
            .outboxBytes(1024)
            .heartbeat(Duration.ZERO, Duration.ofNanos(1))
            .closeTimeout(Duration.ofNanos(1))
            .build();

    assertThat(options.maxMessageBytes()).isEqualTo(125);
    assertThat(options.outboxBytes()).isEqualTo(1024);
    assertThat(options.heartbeatInterval()).isZero();
  }

  record Bad(String message, Consumer<WebSocketOptions.Builder> setting) {
    @Override
    public String toString() {
      return message;
    }
  }

  static Stream<Bad> badValues() {
    return Stream.of(
        new Bad("maxMessageBytes of 124, at least 125", it -> it.maxMessageBytes(124)),
        new Bad("maxMessageBytes of 0, at least 125", it -> it.maxMessageBytes(0)),
        new Bad("maxMessageBytes of -1, at least 125", it -> it.maxMessageBytes(-1)),
        new Bad("outboxBytes of 1023, at least 1024", it -> it.outboxBytes(1023)),
        new Bad("outboxBytes of -2147483648, at least 1024", it -> it.outboxBytes(1 << 31)),
        new Bad(
            "heartbeat interval of PT-1S is negative",
            it -> it.heartbeat(SECOND.negated(), SECOND)),
        new Bad(
            "heartbeat timeout of zero, more is needed", it -> it.heartbeat(SECOND, Duration.ZERO)),
        new Bad(
            "heartbeat timeout of zero, more is needed",
            it -> it.heartbeat(Duration.ZERO, Duration.ZERO)),
        new Bad(
            "heartbeat timeout of PT-1S is negative", it -> it.heartbeat(SECOND, SECOND.negated())),
        new Bad("close timeout of zero, more is needed", it -> it.closeTimeout(Duration.ZERO)),
        new Bad("close timeout of PT-1S is negative", it -> it.closeTimeout(SECOND.negated())),
        new Bad("message timeout of PT-1S is negative", it -> it.messageTimeout(SECOND.negated())),
        new Bad("stall timeout of PT-1S is negative", it -> it.stallTimeout(SECOND.negated())),
        new Bad("send timeout of PT-1S is negative", it -> it.sendTimeout(SECOND.negated())),
        new Bad(
            "heartbeat interval of PT8784H, at most 365 days", it -> it.heartbeat(LEAP, SECOND)),
        new Bad("heartbeat timeout of PT8784H, at most 365 days", it -> it.heartbeat(SECOND, LEAP)),
        new Bad("close timeout of PT8784H, at most 365 days", it -> it.closeTimeout(LEAP)),
        new Bad("message timeout of PT8784H, at most 365 days", it -> it.messageTimeout(LEAP)),
        new Bad("stall timeout of PT8784H, at most 365 days", it -> it.stallTimeout(LEAP)),
        new Bad("send timeout of PT8784H, at most 365 days", it -> it.sendTimeout(LEAP)),
        new Bad(
            "\"chat.example\" is not an origin: write it like https://chat.example or"
                + " http://localhost:3000, without a path",
            it -> it.allowOrigins("https://a.example", "chat.example")));
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void saysWhatIsWrongWithAValue(Bad bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bad.setting().accept(WebSocketOptions.builder()))
        .withMessage(bad.message());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a,b",
        "a;b",
        "a/b",
        "a:b",
        "a=b",
        "(a)",
        "a\"",
        "a\\",
        "<a>",
        "a@b",
        "[a]",
        "{a}",
        "a?",
        "a\r\nX: y",
        "a\n",
        "a\0",
        "a\u007F",
        "ä",
        "a\tb"
      })
  void refusesSubprotocolsThatAreNoTokens(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebSocketOptions.builder().subprotocols("fine", name))
        .withMessage("subprotocol \"%s\" is not a token (RFC 6455 §4.1, RFC 9110 §5.6.2)", name);
  }

  @Test
  void takesEveryCharacterOfATokenInSubprotocols() {
    String name = "!#$%&'*+-.^_`|~09azAZ";

    WebSocketOptions options = WebSocketOptions.builder().subprotocols(name).build();

    assertThat(options.subprotocols()).containsExactly(name);
  }
}
