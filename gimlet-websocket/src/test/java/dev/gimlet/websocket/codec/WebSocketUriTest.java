package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketUriTest {

  @ParameterizedTest
  @CsvSource({
    "ws://a.example, a.example, 80, false, a.example, /",
    "ws://a.example/, a.example, 80, false, a.example, /",
    "WS://a.example:80/x, a.example, 80, false, a.example, /x",
    "ws://a.example:8080/chat?room=1, a.example, 8080, false, a.example:8080, /chat?room=1",
    "ws://a.example?room=1, a.example, 80, false, a.example, /?room=1",
    "wss://a.example/, a.example, 443, true, a.example, /",
    "wss://a.example:80/, a.example, 80, true, a.example:80, /",
    "ws://[::1]:8080/, ::1, 8080, false, [::1]:8080, /",
    "ws://127.0.0.1/a%20b, 127.0.0.1, 80, false, 127.0.0.1, /a%20b",
    "ws://a.example/你好, a.example, 80, false, a.example, /%E4%BD%A0%E5%A5%BD"
  })
  void isTakenApart(
      String text, String host, int port, boolean secure, String authority, String target) {
    WebSocketUri uri = WebSocketUri.parse(URI.create(text));

    assertThat(uri.host()).isEqualTo(host);
    assertThat(uri.port()).isEqualTo(port);
    assertThat(uri.isSecure()).isEqualTo(secure);
    assertThat(uri.authority()).isEqualTo(authority);
    assertThat(uri.target()).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "http://a.example/, ws://",
    "a.example, ws://",
    "//a.example, ws://",
    "ws:/x, no host",
    "ws://a.example/#top, fragment",
    "ws://ann:secret@a.example/, header field",
    "ws://a.example:0/, 65535",
    "ws://a.example:70000/, 65535"
  })
  void isRefusedWithAdvice(String text, String advice) {
    assertThatThrownBy(() -> WebSocketUri.parse(URI.create(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(advice)
        .hasMessageNotContaining("secret");
  }
}
