package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.websocket.ProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadDecoderTest {

  private static final String HEAD =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX-Empty:\r\nx:  a b \r\n\r\n";

  private final ResponseHeadDecoder decoder = new ResponseHeadDecoder();

  @Test
  void readsStatusReasonAndFields() {
    ResponseHead head = decoder.receive(bytes(HEAD)).orElseThrow();

    assertThat(head.status()).isEqualTo(101);
    assertThat(head.reason()).isEqualTo("Switching Protocols");
    assertThat(head.headerFields("upgrade")).containsExactly("websocket");
    assertThat(head.headerField("X-Empty")).contains("");
    assertThat(head.headerField("X")).contains("a b");
    assertThat(head.headerField("Y")).isEmpty();
  }

  @Test
  void waitsForTheEndWhereverTheBytesAreSplit() {
    for (int at = 0; at < HEAD.length(); at++) {
      ResponseHeadDecoder split = new ResponseHeadDecoder();

      assertThat(split.receive(bytes(HEAD.substring(0, at)))).isEmpty();
      assertThat(split.receive(bytes(HEAD.substring(at))))
          .hasValueSatisfying(head -> assertThat(head.fields()).hasSize(3));
    }
  }

  @Test
  void leavesWhatFollows() {
    ByteBuffer in = bytes(HEAD + "frames");

    assertThat(decoder.receive(in)).isPresent();

    assertThat(in.remaining()).isEqualTo("frames".length());
  }

  @Test
  void takesLinesThatEndWithoutReturnAndStatusWithoutReason() {
    ResponseHead head = decoder.receive(bytes("HTTP/1.0 503\nA: b\n\n")).orElseThrow();

    assertThat(head).isEqualTo(new ResponseHead(503, "", List.of(new HeaderField("A", "b"))));
  }

  @Test
  void passesInterimResponsesOver() {
    String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";

    ResponseHead head = decoder.receive(bytes(hints + hints + HEAD)).orElseThrow();

    assertThat(head.status()).isEqualTo(101);
    assertThat(head.headerField("Link")).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/2 200\r\n",
        "HTTP/1.1 20 OK\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1  200 OK\r\n",
        "\r\n",
        "HTTP/1.1 101 Switching\r\nno colon\r\n",
        "HTTP/1.1 101 Switching\r\nA : b\r\n",
        "HTTP/1.1 101 Switching\r\nA: b\r\n folded\r\n",
        "HTTP/1.1 101 Switching\r\n: b\r\n",
        "HTTP/1.1 101 Switching\r\nA: b\u0000c\r\n",
        "HTTP/1.1 101 Switching\r\nA: b\rc\r\n"
      })
  void refusesWhatIsNoResponse(String bytes) {
    assertThatThrownBy(() -> decoder.receive(bytes(bytes))).isInstanceOf(ProtocolException.class);
  }

  @Test
  void refusesAHeadThatDoesNotEnd() {
    String field = "A: " + "b".repeat(1000) + "\r\n";

    assertThatThrownBy(() -> decoder.receive(bytes("HTTP/1.1 101 S\r\n" + field.repeat(17))))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("16384 bytes");
  }

  @Test
  void countsInterimResponsesToo() {
    String hints = "HTTP/1.1 103 Early Hints\r\n\r\n";

    assertThatThrownBy(() -> decoder.receive(bytes(hints.repeat(1000))))
        .isInstanceOf(ProtocolException.class);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }
}
