package dev.gimlet.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoreTimeTest {
  private static final String STAT =
      """
      cpu  30 0 30 900 10 1 2 3 0 0
      cpu1 10 1 20 400 5 1 2 3 7 0
      """;

  @Test
  void isBusyWithAllButIdleAndWaiting() {
    assertThat(CoreTime.busyNanos(STAT, 1)).contains(37 * ProcessTime.TICK_NANOS);
  }

  @Test
  void knowsNothingOfACoreThatIsNotThere() {
    assertThat(CoreTime.busyNanos(STAT, 2)).isEmpty();
  }

  @Test
  void knowsThePinnedCore() {
    assertThat(CoreTime.pinnedCore("Cpus_allowed:\t2\nCpus_allowed_list:\t1\n")).contains(1);
  }

  @Test
  void isNotPinnedToSeveral() {
    assertThat(CoreTime.pinnedCore("Cpus_allowed_list:\t0-1\n")).isEmpty();
  }
}
