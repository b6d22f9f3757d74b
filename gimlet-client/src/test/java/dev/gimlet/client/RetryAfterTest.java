package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0                             | PT0S
          120                           | PT2M
          3600                          | PT1H
          3601                          | PT1H
          999999999999999999            | PT1H
          Wed, 25 Nov 2026 12:00:30 GMT | PT30S
          Wed, 25 Nov 2026 11:00:00 GMT | PT0S
          Fri, 31 Dec 9999 23:59:59 GMT | PT1H
          """)
  void readsSecondsAndDates(String value, Duration wait) {
    assertThat(RetryAfter.parse(value, NOW)).contains(wait);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "soon", "1 s", "9999999999999999999", "2026-11-25"})
  void passesTheRestOver(String value) {
    assertThat(RetryAfter.parse(value, NOW)).isEmpty();
  }
}
