package dev.gimlet.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTextTest {
  @Test
  void keepsWhatPeopleWrite() {
    assertThat(PrintableText.of("/cafés/日本/\uD83D\uDE00")).isEqualTo("/cafés/日本/\uD83D\uDE00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r", "\n", "\0", "\u001b", "\u0085", "\u009b", "\u2028", "\u2029", "\u202e", "\ud83d"
      })
  void escapesWhatTerminalsObey(String dangerous) {
    assertThat(PrintableText.of("a" + dangerous + "b")).matches("a\\\\u[0-9a-f]{4}b");
  }

  @Test
  void cutsWhatIsTooLong() {
    assertThat(PrintableText.of("x".repeat(5000))).hasSizeLessThan(250).endsWith("…");
  }
}
