package dev.gimlet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {

  @Test
  void takesTheMiddleOfAnOddNumber() {
    assertThat(Results.median(List.of(9.0, 1.0, 2.0), each -> each)).isEqualTo(2);
  }

  @Test
  void takesTheMeanOfTheTwoInTheMiddle() {
    assertThat(Results.median(List.of(9.0, 1.0, 2.0, 4.0), each -> each)).isEqualTo(3);
  }

  @Test
  void comparesWhatWasMeasuredSideBySide() {
    List<Double> these = List.of(1.0, 20.0, 3.0); // the machine was ten times as fast meanwhile
    List<Double> those = List.of(2.0, 40.0, 5.0);

    assertThat(Results.medianRatio(these, those, each -> each)).isEqualTo(0.5);
  }

  @Test
  void comparesNothingWithNothing() {
    assertThat(Results.medianRatio(List.of(1.0), List.of(), each -> each)).isNaN();
  }

  @Test
  void takesTheMiddleHalfForTheSpread() {
    List<Double> all = List.of(100.0, 1.0, 8.0, 10.0, 12.0, 9.0, 11.0, 10.0);

    assertThat(Results.spread(all, each -> each)).isEqualTo(0.1); // 9 to 11, around 10
  }

  @Test
  void findsNoSpreadInOne() {
    assertThat(Results.spread(List.of(7.0), each -> each)).isZero();
  }
}
