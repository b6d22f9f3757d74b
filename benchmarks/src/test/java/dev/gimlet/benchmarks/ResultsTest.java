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
}
