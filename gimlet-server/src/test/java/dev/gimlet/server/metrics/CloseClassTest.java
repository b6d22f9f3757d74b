package dev.gimlet.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.CloseStatus;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloseClassTest {

  @ParameterizedTest
  @CsvSource({
    "1000, normal",
    "1005, normal",
    "1001, going_away",
    "1002, protocol_error",
    "1003, protocol_error",
    "1007, protocol_error",
    "1008, policy",
    "1009, too_big",
    "1006, abnormal",
    "1015, abnormal",
    "1011, internal",
    "1013, other",
    "4711, other"
  })
  void isKnownOfEachCode(int code, String label) {
    assertThat(CloseClass.of(new CloseStatus(code, "")).label()).isEqualTo(label);
  }

  @Test
  void isOneOfAFewWhateverThePeerSends() {
    assertThat(
            IntStream.range(0, 0x10000)
                .mapToObj(code -> CloseClass.of(new CloseStatus(code, "")))
                .distinct())
        .hasSize(CloseClass.values().length);
  }
}
