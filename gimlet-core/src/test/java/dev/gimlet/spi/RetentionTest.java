package dev.gimlet.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

final class RetentionTest {

  @Test
  void keepsForTenYearsAtMost() {
    assertThat(new Retention(1, Retention.MAX_AGE).keeps()).isTrue();

    assertThatThrownBy(() -> new Retention(1, Retention.MAX_AGE.plusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "history for PT87600H0.000000001S: keep at most 3650 days; to keep it at any age"
                + " write Retention.MAX_AGE");
    assertThatThrownBy(() -> new Retention(1, ChronoUnit.FOREVER.getDuration()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
