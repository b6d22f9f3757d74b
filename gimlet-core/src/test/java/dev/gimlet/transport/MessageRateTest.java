package dev.gimlet.transport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.RateLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MessageRateTest {

  @Test
  void isNothingWithoutALimit() {
    assertThat(MessageRate.of(RateLimit.NONE, 0)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0, 100", "1, 100", "65536, 100", "65537, 50", "131072, 50", "1048576, 6"})
  void countsLargeMessagesAsSeveral(int size, int admitted) {
    MessageRate rate = requireNonNull(MessageRate.of(new RateLimit(100, 50), 0));
    Message message = Binary.wrap(new byte[size]);
    for (int i = 0; i < admitted; i++) {
      rate.received(message, 0);
    }

    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> rate.received(message, 0))
        .withMessage("more than 100 messages at once or 50 per second")
        .matches(fault -> fault.closeStatus().code() == 1008);
  }
}
