package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {

  private static final RandomGenerator LONGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  @ParameterizedTest
  @CsvSource({
    "1, 500",
    "2, 1000",
    "3, 2000",
    "4, 4000",
    "5, 8000",
    "6, 16000",
    "7, 20000",
    "8, 20000",
    "63, 20000",
    "64, 20000",
    "1000000, 20000",
    "2147483647, 20000"
  })
  void doublesTheLongestWait(int attempt, long millis) {
    assertThat(BackOff.DEFAULTS.delay(attempt, Duration.ZERO, LONGEST))
        .isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void spreadsWaitsOverTheWholeTime() {
    Random random = new Random(42);
    int[] quarters = new int[4];

    for (int i = 0; i < 4000; i++) {
      Duration wait = BackOff.DEFAULTS.delay(7, Duration.ZERO, random);
      quarters[(int) Math.min(3, wait.toSeconds() / 5)]++;
    }

    assertThat(quarters).doesNotContain(0);
    for (int count : quarters) {
      assertThat(count).isBetween(850, 1150);
    }
  }

  @Test
  void isNeverNegativeNorTooLong() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      Duration first = Duration.ofNanos(1 + random.nextLong(Duration.ofHours(1).toNanos()));
      Duration max = first.plusNanos(random.nextLong(Duration.ofHours(20).toNanos()));
      BackOff backOff = new BackOff(first, max);

      Duration wait = backOff.delay(1 + random.nextInt(Integer.MAX_VALUE), Duration.ZERO, random);

      assertThat(wait).isBetween(Duration.ZERO, max);
    }
  }

  @Test
  void addsToWhatTheServerAsks() {
    assertThat(BackOff.DEFAULTS.delay(1, Duration.ofSeconds(3), LONGEST))
        .isEqualTo(Duration.ofMillis(3500));
  }

  @Test
  void refusesTimesThatMakeNoSense() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new BackOff(Duration.ZERO, second))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BackOff(second, Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BackOff(second.negated(), second))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BackOff(second, Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
