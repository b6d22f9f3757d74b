package dev.gimlet.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PositionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"a:0", "A_b-9:1", "e:999999999999999999", "e:7:ff", "e:7:ffffffffffffffff"})
  void readsWhatItWrote(String text) {
    assertThat(Position.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":1", "a", "a:", "a:-1", "a:01", "a b:1", "a:1:", "a:1:FF", "a:1:1:1", "é:1"})
  void readsNothingElse(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Position.parse(text))
        .withMessageContaining("is no position");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "é"})
  void hasAPlainEpoch(String epoch) {
    assertThatIllegalArgumentException().isThrownBy(() -> Position.of(epoch, 0));
  }

  @Test
  void hasAnEpochOfAtMost64Characters() {
    assertThat(Position.of("e".repeat(64), 1).offset()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> Position.of("e".repeat(65), 1));
  }

  @Test
  void hasNoNegativeOffset() {
    assertThatIllegalArgumentException().isThrownBy(() -> Position.of("e", -1));
  }
}
