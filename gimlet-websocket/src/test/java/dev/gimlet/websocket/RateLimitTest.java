package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RateLimitTest {

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "-1, 5"})
  void letsSomethingHappen(int burst, int perSecond) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RateLimit(burst, perSecond))
        .withMessage("rate limit of %d at once and %d per second, at least 1", burst, perSecond);
  }
}
