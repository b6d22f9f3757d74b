package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6455 §5.5.1: close")
class CloseFrameTest {

  private static void assertRefused(byte[] payload, int code) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> CloseFrame.parse(payload))
        .satisfies(fault -> assertThat(fault.closeStatus().code()).isEqualTo(code));
  }

  @Test
  void meansNoStatusWhenEmpty() {
    assertThat(CloseFrame.parse(new byte[0])).isEqualTo(new CloseStatus(1005, ""));
  }

  @Test
  void isRefusedWithHalfACode() {
    assertRefused(new byte[] {3}, CloseStatus.PROTOCOL_ERROR);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999})
  void carriesACode(int code) {
    assertThat(CloseFrame.parse(WireFrame.close(code, "").payload().bytes()))
        .isEqualTo(CloseStatus.of(code, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 32_768, 65_535})
  void isRefusedWithACodeThatMayNotBeSent(int code) {
    assertRefused(WireFrame.close(code, "").payload().bytes(), CloseStatus.PROTOCOL_ERROR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "going away", "κόσμε", "世界", "\uD83D\uDE00", "\0"})
  void carriesAReason(String reason) {
    assertThat(CloseFrame.parse(WireFrame.close(1000, reason).payload().bytes()))
        .isEqualTo(CloseStatus.of(1000, reason));
  }

  @Test
  void carriesTheLongestReason() {
    String reason = "x".repeat(123);

    assertThat(CloseFrame.parse(WireFrame.close(1000, reason).payload().bytes()).reason())
        .isEqualTo(reason);
  }

  record Malformed(String name, Binary reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Malformed> malformed() {
    return Stream.of(
        malformed("lone continuation", 0x80),
        malformed("impossible byte", 'a', 0xFF),
        malformed("overlong slash", 0xC0, 0xAF),
        malformed("overlong euro", 0xF0, 0x82, 0x82, 0xAC),
        malformed("surrogate", 0xED, 0xA0, 0x80),
        malformed("beyond Unicode", 0xF4, 0x90, 0x80, 0x80),
        malformed("cut in two bytes", 'a', 0xC3),
        malformed("cut in three bytes", 0xE2, 0x82),
        malformed("cut in four bytes", 0xF0, 0x9F, 0x98));
  }

  private static Malformed malformed(String name, int... reason) {
    return new Malformed(name, Binary.wrap(WireFrame.bytes(reason)));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isRefusedWith1007WhenTheReasonIsNotUtf8(Malformed malformed) {
    var payload = new ByteArrayOutputStream();
    payload.writeBytes(WireFrame.close(1000, "").payload().bytes());
    payload.writeBytes(malformed.reason().bytes());

    assertRefused(payload.toByteArray(), CloseStatus.INVALID_PAYLOAD_DATA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bye", "世界", "\uD83D\uDE00"})
  void isWrittenAsItIsRead(String reason) {
    CloseStatus status = CloseStatus.of(4321, reason);

    byte[] payload = CloseFrame.encode(status);

    assertThat(payload).isEqualTo(WireFrame.close(4321, reason).payload().bytes());
    assertThat(CloseFrame.parse(payload)).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 999, 1004, 1005, 1006, 1015, 2000, 5000, 66_536})
  void isWrittenEmptyForACodeThatMayNotBeSent(int code) {
    assertThat(CloseFrame.encode(new CloseStatus(code, "gone"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "世", "\uD83D\uDE00"})
  void fitsAControlFrameHoweverLongTheReason(String character) {
    byte[] payload = CloseFrame.encode(new CloseStatus(1000, character.repeat(200)));

    assertThat(payload).hasSizeBetween(122, 125);
    assertThat(new String(payload, 2, payload.length - 2, UTF_8)).endsWith(character);
  }
}
