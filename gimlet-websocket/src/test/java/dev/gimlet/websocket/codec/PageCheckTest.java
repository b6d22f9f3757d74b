package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HandshakeResult.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which requests that are no opening handshakes are refused because a page sent them.
class PageCheckTest {

  private static final WebSocketOptions SAME_ORIGIN = WebSocketOptions.defaults();

  private final ScriptedRequest request =
      ScriptedRequest.opening().withMethod("POST").withBody().without("Upgrade");

  @Test
  void admitsWhatNoBrowserSent() {
    assertThat(Handshake.checkPage(request, SAME_ORIGIN)).isEmpty();
  }

  @Test
  void admitsPagesOfTheSameOrigin() {
    assertThat(
            Handshake.checkPage(
                request
                    .with("Origin", "http://server.example.com")
                    .with("Sec-Fetch-Site", "same-origin"),
                SAME_ORIGIN))
        .isEmpty();
    assertThat(Handshake.checkPage(request.with("Sec-Fetch-Site", "none"), SAME_ORIGIN)).isEmpty();
  }

  @Test
  void refusesPagesOfOtherOriginsAndSaysWhatToChange() {
    assertThat(Handshake.checkPage(request.with("Origin", "https://evil.example"), SAME_ORIGIN))
        .hasValueSatisfying(refused -> {
          assertThat(refused.status()).isEqualTo(403);
          assertThat(refused.reason())
              .contains("pages of https://evil.example may not use server.example.com")
              .contains("allowOrigins(\"https://evil.example\")");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "unheard-of", ""})
  void refusesPagesOfOtherSitesWhoseOriginIsLeftOut(String site) {
    assertThat(Handshake.checkPage(request.with("Sec-Fetch-Site", site), SAME_ORIGIN))
        .map(Refused::status)
        .hasValue(403);
  }

  @Test
  void refusesTwoOriginsAndAPageWithoutAHost() {
    assertThat(
            Handshake.checkPage(
                request.with("Origin", "http://server.example.com", "http://a.example"),
                SAME_ORIGIN))
        .map(Refused::status)
        .hasValue(400);
    assertThat(
            Handshake.checkPage(
                request.without("Host").with("Origin", "http://server.example.com"), SAME_ORIGIN))
        .map(Refused::status)
        .hasValue(400);
  }

  @Test
  void admitsWhomTheProgramAdmits() {
    ScriptedRequest foreign = request.with("Origin", "https://chat.example");
    WebSocketOptions one = WebSocketOptions.builder().allowOrigins("https://chat.example").build();
    WebSocketOptions any = WebSocketOptions.builder().allowAnyOrigin().build();

    assertThat(Handshake.checkPage(foreign, one)).isEmpty();
    assertThat(Handshake.checkPage(foreign, any)).isEmpty();
    assertThat(Handshake.checkPage(request.with("Sec-Fetch-Site", "cross-site"), any)).isEmpty();
  }
}
