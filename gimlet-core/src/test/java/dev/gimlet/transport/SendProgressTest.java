package dev.gimlet.transport;

import static dev.gimlet.transport.SendProgress.Verdict.MOVED;
import static dev.gimlet.transport.SendProgress.Verdict.STUCK;
import static dev.gimlet.transport.SendProgress.Verdict.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SendProgressTest {

  private final SendProgress progress = new SendProgress(Duration.ofSeconds(1), 1000, 0);

  @Test
  void leavesASlowReaderAlone() {
    for (int i = 1; i < 100; i++) {
      assertThat(progress.judge(1000 - i, 9 * i)).isEqualTo(MOVED);
    }
  }

  @Test
  void isNotMisledByWhatFollowsWhatWasTaken() {
    for (int i = 1; i < 100; i++) {
      progress.tookAll();
      assertThat(progress.judge(1000 + i, 9 * i)).isEqualTo(MOVED);
    }
  }

  @Test
  void takesTheFirstLookForNoSignOfLife() {
    assertThat(progress.judge(1000, 0)).isEqualTo(WAITING);
  }

  @Test
  void tellsWhenNothingIsTaken() {
    assertThat(progress.judge(1000, 9)).isEqualTo(WAITING);
    assertThat(progress.judge(1000, 10)).isEqualTo(STUCK);
  }

  @Test
  void waitsForEverWithoutALimit() {
    SendProgress patient = new SendProgress(Duration.ZERO, 1000, 0);

    assertThat(patient.judge(1000, 1_000_000)).isEqualTo(WAITING);
  }
}
