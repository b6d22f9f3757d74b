package dev.gimlet.transport;

import static dev.gimlet.transport.SendProgress.Verdict.MOVED;
import static dev.gimlet.transport.SendProgress.Verdict.STUCK;
import static dev.gimlet.transport.SendProgress.Verdict.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SendProgressTest {

  private final SendProgress progress = new SendProgress(Duration.ofSeconds(1));

  @Test
  void leavesASlowReaderAlone() {
    for (int i = 0; i < 100; i++) {
      assertThat(progress.judge(1000 - i, 9 * i)).isEqualTo(MOVED);
    }
  }

  @Test
  void tellsWhenNothingIsTaken() {
    progress.judge(1000, 0);

    assertThat(progress.judge(1000, 9)).isEqualTo(WAITING);
    assertThat(progress.judge(1000, 10)).isEqualTo(STUCK);
  }

  @Test
  void waitsForEverWithoutALimit() {
    SendProgress patient = new SendProgress(Duration.ZERO);
    patient.judge(1000, 0);

    assertThat(patient.judge(1000, 1_000_000)).isEqualTo(WAITING);
  }
}
