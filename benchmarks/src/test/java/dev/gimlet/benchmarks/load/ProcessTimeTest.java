package dev.gimlet.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessTimeTest {

  @Test
  void readsPastANameWithBracketsAndSpaces() {
    String stat = "42 (a) b) S 1 42 42 0 -1 4194560 2 0 0 0 150 25 0 0 20 0 1 0 9 1 1\n";

    ProcessTime time = ProcessTime.parse(stat);

    assertThat(time).isEqualTo(new ProcessTime(1_500_000_000L, 250_000_000L));
  }

  @Test
  void knowsThisProcess() throws Exception {
    assertThat(ProcessTime.of(ProcessHandle.current().pid()).totalNanos()).isPositive();
  }
}
