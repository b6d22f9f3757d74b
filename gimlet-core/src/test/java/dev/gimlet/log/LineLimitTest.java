package dev.gimlet.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LineLimitTest {

  private long nanos = Long.MAX_VALUE - 5; // the clock may overflow
  private final LineLimit limit = new LineLimit(() -> nanos);

  @Test
  void admitsTheFirstLinesOfASecond() {
    assertThat(admitted(1000)).isEqualTo(LineLimit.LINES_PER_SECOND);
  }

  @Test
  void admitsAsManyInTheNextSecond() {
    admitted(1000);
    nanos += Duration.ofMillis(999).toNanos();
    assertThat(admitted(1000)).isZero();

    nanos += Duration.ofMillis(1).toNanos();
    assertThat(admitted(1000)).isEqualTo(LineLimit.LINES_PER_SECOND);
  }

  @Test
  void tellsOnceHowManyWereWithheld() {
    admitted(LineLimit.LINES_PER_SECOND + 7);
    nanos += Duration.ofSeconds(1).toNanos();

    assertThat(limit.admit()).hasValue(7);
    assertThat(limit.admit()).hasValue(0);
  }

  private int admitted(int lines) {
    int admitted = 0;
    for (int i = 0; i < lines; i++) {
      admitted += limit.admit().isPresent() ? 1 : 0;
    }
    return admitted;
  }
}
