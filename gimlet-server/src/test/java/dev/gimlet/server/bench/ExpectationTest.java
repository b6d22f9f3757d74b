package dev.gimlet.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectationTest {

  private static final Map<String, Number> FIGURES =
      Map.of(
          "seconds", 4.0, "p99", 5.0, "p99.9", 50.0, "lost", 0L, "rate", 1000.0, "received", 10L);

  @ParameterizedTest
  @CsvSource({
    "p99<50ms, true",
    "p99<5ms, false",
    "p99<=5ms, true",
    "p99 < 1s, true",
    "p99<5001us, true",
    "p99.9<49.5ms, false",
    "seconds<5s, true",
    "seconds<3.5s, false",
    "seconds<3500ms, false",
    "seconds<5, true",
    "lost==0, true",
    "lost>0, false",
    "rate>=1000, true",
    "rate>1000, false"
  })
  void isMetOrNot(String text, boolean met) {
    assertThat(Expectation.parse(text).isMetBy(FIGURES)).isEqualTo(met);
  }

  @ParameterizedTest
  @ValueSource(strings = {"p99<50", "max<1", "mean>=0.5"})
  void wantsTheUnitOfATime(String text) {
    assertThatThrownBy(() -> Expectation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write it with us, ms or s");
  }

  @Test
  void tellsWhatWasFoundWithItsUnit() {
    Map<String, Number> figures = Map.of("p99", 12.3456789, "seconds", 4.0, "lost", 7L);

    assertThat(Expectation.parse("p99<5ms").found(figures)).isEqualTo("12.346 ms");
    assertThat(Expectation.parse("seconds<3").found(figures)).isEqualTo("4 s");
    assertThat(Expectation.parse("lost==0").found(figures)).isEqualTo("7");
  }

  @Test
  void isNotMetByNothing() {
    assertThat(Expectation.parse("p99<50ms").isMetBy(Map.of("p99", 0.0, "received", 0L))).isFalse();
  }

  @Test
  void namesTheFiguresThereAre() {
    assertThatThrownBy(() -> Expectation.parse("speed>1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("speed")
        .hasMessageContaining("p99.9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"received<5ms", "rate>1000s", "lost==0us"})
  void takesTimesOnlyForFiguresThatAreTimes(String text) {
    assertThatThrownBy(() -> Expectation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no time: write it without ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "p99", "p99<", "p99<x", "p99=<5", "p99<5min", "<5"})
  void saysHowItIsWritten(String text) {
    assertThatThrownBy(() -> Expectation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("p99<50ms");
  }
}
