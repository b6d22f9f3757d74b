package dev.gimlet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookieTest {
  @Test
  void lastsUntilTheBrowserCloses() {
    assertThat(Cookie.of("a", "b").toHeaderField())
        .isEqualTo("a=b; Path=/; SameSite=Lax; HttpOnly");
  }

  @ParameterizedTest
  @CsvSource({"PT1S, 1", "PT0.5S, 1", "PT1.9S, 1", "PT24H, 86400"})
  void livesForItsMaxAgeButNotLessThanASecond(Duration age, long seconds) {
    assertThat(Cookie.of("a", "b").withMaxAge(age).toHeaderField())
        .contains("; Max-Age=" + seconds + ";");
  }

  @ParameterizedTest
  @CsvSource({"PT-1S, -1", "PT-0.5S, -1"})
  void isDeletedByANegativeMaxAge(Duration age, long seconds) {
    assertThat(Cookie.of("a", "b").withMaxAge(age).toHeaderField())
        .contains("; Max-Age=" + seconds + ";");
  }
}
