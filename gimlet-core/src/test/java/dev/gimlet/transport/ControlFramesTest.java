package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.RateLimit;
import org.junit.jupiter.api.Test;

final class ControlFramesTest {

  private final ControlFrames frames = new ControlFrames(new RateLimit(50, 10), 0);

  @Test
  void admitFiftyAtOnceAndFailTheNextWith1008() {
    receive(50);

    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> receive(1))
        .withMessage("more than 50 pings and pongs at once or 10 per second")
        .matches(fault -> fault.closeStatus().code() == 1008);
  }

  @Test
  void admitTenEachSecondForEver() {
    for (int now = 0; now < 10_000; now++) {
      frames.received(now);
    }
  }

  @Test
  void doNotBlameThePeerForPongsThatWereAskedFor() {
    receive(50);
    for (int i = 0; i < 1000; i++) {
      frames.pingSent();
    }

    assertThatNoException().isThrownBy(() -> receive(1000));
  }

  private void receive(int count) {
    for (int i = 0; i < count; i++) {
      frames.received(0);
    }
  }
}
