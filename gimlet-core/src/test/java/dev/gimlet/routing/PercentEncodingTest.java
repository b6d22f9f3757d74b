package dev.gimlet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {
  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "a%20b, a b",
    "%C3%A4, ä",
    "%c3%a4%61, äa",
    "100%25, 100%",
    "a+b, a+b",
    "%F0%9F%98%80, \uD83D\uDE00",
    "%2F, /"
  })
  void decodesUtf8(String encoded, String text) {
    assertThat(PercentEncoding.decode(encoded)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "%4",
        "a%",
        "%zz",
        "%4g",
        "%-1",
        "%+1",
        "% 1",
        "%%41",
        "%ff",
        "%c3",
        "%c3%28",
        "%c0%af",
        "%ed%a0%80",
        "%f5%80%80%80",
        "%\u0664\u0661"
      })
  void refusesWhatIsNotValid(String encoded) {
    assertThatIllegalArgumentException().isThrownBy(() -> PercentEncoding.decode(encoded));
  }
}
