package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ClientOptionsTest {

  /// A value that an option must not have.
  record Wrong(String name, Consumer<ClientOptions.Builder> setting) {

    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Wrong> WRONG =
      List.of(
          new Wrong("connect timeout", it -> it.connectTimeout(Duration.ZERO)),
          new Wrong("connect timeout", it -> it.connectTimeout(Duration.ofDays(30))),
          new Wrong("handshake timeout", it -> it.handshakeTimeout(Duration.ofMillis(-1))),
          new Wrong("back-off", it -> it.backOff(Duration.ZERO, Duration.ofSeconds(1))),
          new Wrong("reconnectAttempts", it -> it.reconnectAttempts(-1)),
          new Wrong("stableAfter", it -> it.stableAfter(Duration.ofSeconds(-1))),
          new Wrong("stableAfter", it -> it.stableAfter(Duration.ofSeconds(Long.MAX_VALUE))),
          new Wrong("offline queue", it -> it.offline(OfflinePolicy.KEEP, -1)),
          new Wrong("confirmInterval", it -> it.confirmInterval(Duration.ofSeconds(-1))),
          new Wrong("confirmInterval", it -> it.confirmInterval(Duration.ofDays(366))),
          new Wrong("proxy port", it -> it.proxy("a", 0)),
          new Wrong("proxy port", it -> it.proxy("a", 65536)),
          new Wrong("proxy port", it -> it.proxy("a", 70000, "ann", "secret")),
          new Wrong(
              "slowConsumerPolicy LATEST_PER_KEY",
              it ->
                  it.webSocket(
                      WebSocketOptions.builder()
                          .slowConsumerPolicy(SlowConsumerPolicy.LATEST_PER_KEY)
                          .build())),
          new Wrong("eventLoops", it -> it.eventLoops(0)),
          new Wrong("Host", it -> it.headerField("Host", "a")),
          new Wrong("X-Evil", it -> it.headerField("X-Evil", "a\r\nb: c")),
          new Wrong(
              "Proxy-Authorization",
              it ->
                  it.headerField("Proxy-Authorization", "x")
                      .proxy("a", 1)
                      .headerField("Proxy-Authorization", "a\nb")));

  @ParameterizedTest
  @FieldSource("WRONG")
  void refusesWhatMakesNoSense(Wrong wrong) {
    ThrowingCallable setting = () -> wrong.setting().accept(ClientOptions.builder());

    assertThatThrownBy(setting)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(wrong.name());
  }

  @Test
  void hasTheDefaultsItSays() {
    ClientOptions options = ClientOptions.defaults();

    assertThat(options.backOff())
        .isEqualTo(new BackOff(Duration.ofMillis(500), Duration.ofSeconds(20)));
    assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.offlinePolicy()).isEqualTo(OfflinePolicy.KEEP);
    assertThat(options.offlineBytes()).isEqualTo(1 << 20);
    assertThat(options.stableAfter()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.confirmInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.reconnectAttempts()).isEqualTo(Integer.MAX_VALUE);
    assertThat(options.trust()).isEmpty();
  }

  @Test
  void changesARequest() {
    ConnectRequest request =
        new ConnectRequest(3, URI.create("ws://a/"), List.of())
            .withHeaderField("Authorization", "old")
            .withHeaderField("authorization", "new")
            .withUri(URI.create("wss://b/"));

    assertThat(request.failures()).isEqualTo(3);
    assertThat(request.uri()).isEqualTo(URI.create("wss://b/"));
    assertThat(request.headerFields("Authorization")).containsExactly("new");
    assertThatThrownBy(() -> request.withUri(URI.create("http://b/")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
