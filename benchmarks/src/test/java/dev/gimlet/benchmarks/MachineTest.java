package dev.gimlet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {

  @Test
  void knowsTheTimeoutOfTcp() {
    assertThat(Machine.shortestTcpTimeout()).matches("[1-9]\\d* ms|the kernel's own");
  }

  @Test
  void describesThisMachine() {
    assertThat(Machine.describe()).matches(".+, \\d+ cores, \\d+ GiB, Linux .+, JDK \\d.+");
  }
}
