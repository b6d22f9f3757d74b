package dev.gimlet.server.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchResultTest {

  @Test
  void hasAFigureForEachName() {
    assertThat(Results.quiet().figures().keySet()).containsExactlyElementsOf(BenchResult.NAMES);
  }

  @Test
  void countsLatencyInMilliseconds() {
    BenchResult result = Results.quiet();

    assertThat(figure(result, "p50")).isBetween(49.9, 50.1);
    assertThat(figure(result, "max")).isBetween(99.9, 100.1);
    assertThat(figure(result, "rate")).isEqualTo(100);
  }

  @Test
  void knowsWhenTheClientHadNoTimeLeft() {
    assertThat(Results.busy(0.84).isClientTheBottleneck()).isFalse();
    assertThat(Results.busy(0.85).isClientTheBottleneck()).isTrue();
  }

  @Test
  void hasNoLatencyWithoutMessages() {
    assertThat(figure(Results.empty(), "mean")).isZero();
  }

  private static double figure(BenchResult result, String name) {
    return requireNonNull(result.figures().get(name)).doubleValue();
  }
}
