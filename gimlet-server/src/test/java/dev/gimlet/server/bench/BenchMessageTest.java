package dev.gimlet.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchMessageTest {

  private static final BenchMessage MESSAGE =
      new BenchMessage(-1, 49, 1L << 40, Long.MIN_VALUE + 5);

  @Test
  void isFoundInWhateverAServerMakesOfIt() {
    String text = MESSAGE.write("xxx");

    assertThat(text).hasSize(BenchMessage.HEADER_BYTES + 3);
    assertThat(BenchMessage.find(text)).contains(MESSAGE);
    assertThat(BenchMessage.find("{\"from\":\"ann\",\"text\":\"" + text + "\"}")).contains(MESSAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "welcome",
        "gimlet-bench ",
        "gimlet-bench 00000000 00000000 0000000000000000 000000000000000",
        "gimlet-bench 0000000x 00000000 0000000000000000 0000000000000000 "
      })
  void isNotFoundElsewhere(String text) {
    assertThat(BenchMessage.find(text)).isEmpty();
  }
}
