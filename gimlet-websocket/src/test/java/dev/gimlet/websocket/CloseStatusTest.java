package dev.gimlet.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloseStatusTest {

  @Nested
  @DisplayName("RFC 6455 §7.4: codes")
  class Codes {

    // The IANA registry as of 2026, without the codes it reserves.
    private static final Set<Integer> REGISTERED =
        Set.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014);

    @Test
    void areSendableWhenRegisteredOrFree() {
      IntStream sendable = IntStream.rangeClosed(0, 0xFFFF).filter(CloseStatus::isSendable);

      assertThat(sendable)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(0, 0xFFFF).filter(Codes::isRegisteredOrFree).boxed().toList());
    }

    private static boolean isRegisteredOrFree(int code) {
      return REGISTERED.contains(code) || code / 1000 == 3 || code / 1000 == 4;
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1000, -1, 65_536 + 1000, 131_072 + 3000})
    void areNotSendableBeyondSixteenBits(int code) {
      assertThat(CloseStatus.isSendable(code)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535})
    void areRefusedWithAdviceWhenNotSendable(int code) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CloseStatus.of(code, ""))
          .withMessage(
              "close code %d may not be sent: use 1000, 1001, 1003, 1007 to 1014 or your own from"
                  + " 3000 to 4999 (RFC 6455 §7.4)",
              code);
    }

    @Test
    void haveTheirRegisteredNumbers() {
      assertThat(CloseStatus.NORMAL_CLOSURE).isEqualTo(CloseStatus.of(1000, ""));
      assertThat(CloseStatus.GOING_AWAY).isEqualTo(CloseStatus.of(1001, ""));
      assertThat(CloseStatus.PROTOCOL_ERROR).isEqualTo(1002);
      assertThat(CloseStatus.UNSUPPORTED_DATA).isEqualTo(1003);
      assertThat(CloseStatus.NO_STATUS_RECEIVED).isEqualTo(1005);
      assertThat(CloseStatus.ABNORMAL_CLOSURE).isEqualTo(1006);
      assertThat(CloseStatus.INVALID_PAYLOAD_DATA).isEqualTo(1007);
      assertThat(CloseStatus.POLICY_VIOLATION).isEqualTo(1008);
      assertThat(CloseStatus.MESSAGE_TOO_BIG).isEqualTo(1009);
      assertThat(CloseStatus.INTERNAL_ERROR).isEqualTo(1011);
      assertThat(CloseStatus.TRY_AGAIN_LATER).isEqualTo(1013);
      assertThat(CloseStatus.TLS_HANDSHAKE).isEqualTo(1015);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.5: reasons fit a control frame")
  class Reasons {

    record Cut(String name, String reason, int charactersLeft) {
      @Override
      public String toString() {
        return name;
      }
    }

    static Stream<Cut> cuts() {
      String a = "a";
      return Stream.of(
          new Cut("empty", "", 0),
          new Cut("123 of one byte", a.repeat(123), 123),
          new Cut("124 of one byte", a.repeat(124), 123),
          new Cut("very long", a.repeat(100_000), 123),
          new Cut("two bytes that fit", a.repeat(121) + "é", 122),
          new Cut("two bytes across the border", a.repeat(122) + "é", 122),
          new Cut("only two bytes", "é".repeat(62), 61),
          new Cut("three bytes that fit", "世".repeat(41), 41),
          new Cut("three bytes, one byte over", a + "世".repeat(41), 41),
          new Cut("three bytes, two bytes over", "é" + "世".repeat(41), 41),
          new Cut("three bytes across the border", a.repeat(121) + "世", 121),
          new Cut("four bytes that fit", a.repeat(119) + "\uD83D\uDE00", 121),
          new Cut("four bytes, one byte over", a.repeat(120) + "\uD83D\uDE00", 120),
          new Cut("four bytes, two bytes over", a.repeat(121) + "\uD83D\uDE00", 121),
          new Cut("four bytes, three bytes over", a.repeat(122) + "\uD83D\uDE00", 122),
          new Cut("only four bytes", "\uD83D\uDE00".repeat(31), 60),
          new Cut("stops at the first that does not fit", a.repeat(122) + "éa", 122),
          new Cut("unpaired surrogates, a byte each", "\uD800".repeat(124), 123));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void areCutAtTheBorderOfACharacter(Cut cut) {
      String reason = CloseStatus.of(1000, cut.reason()).reason();

      assertThat(reason).isEqualTo(cut.reason().substring(0, cut.charactersLeft()));
      assertThat(reason.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(CloseStatus.MAX_REASON_BYTES);
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void areCutHoweverTheStatusIsMade(Cut cut) {
      var status = new CloseStatus(1000, cut.reason());

      assertThat(status).isEqualTo(CloseStatus.of(1000, cut.reason()));
    }

    @Test
    void areKeptAsTheyAreWhenShort() {
      String reason = "going home";

      assertThat(CloseStatus.of(3000, reason).reason()).isSameAs(reason);
    }
  }
}
