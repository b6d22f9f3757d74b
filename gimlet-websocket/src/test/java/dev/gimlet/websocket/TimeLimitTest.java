package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
  @Test
  void takesTimesFromZeroToAYear() {
    assertThat(TimeLimit.notNegative(Duration.ZERO, "patience")).isZero();
    assertThat(TimeLimit.positive(TimeLimit.LONGEST, "patience")).isEqualTo(Duration.ofDays(365));
  }

  @Test
  void saysWhatIsWrong() {
    Duration ever = ChronoUnit.FOREVER.getDuration();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimeLimit.positive(Duration.ZERO, "patience"))
        .withMessage("patience of zero, more is needed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimeLimit.notNegative(Duration.ofSeconds(-1), "patience"))
        .withMessage("patience of PT-1S is negative");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimeLimit.positive(ever, "patience"))
        .withMessage("patience of " + ever + ", at most 365 days");
  }
}
