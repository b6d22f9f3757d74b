package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PublishGateTest {

  private final PublishGate gate = new PublishGate();

  @Test
  void letsInUntilItIsClosed() {
    assertThat(gate.enter()).isTrue();
    gate.leave();

    gate.close();

    assertThat(gate.enter()).isFalse();
    assertThat(gate.isEmpty()).isTrue();
  }

  @Test
  void knowsWhenTheLastHasGone() throws InterruptedException {
    assertThat(gate.enter()).isTrue();
    gate.close();
    Thread other = Thread.startVirtualThread(() -> assertThat(gate.enter()).isFalse());
    other.join();
    assertThat(gate.isEmpty()).isFalse();

    gate.leave();

    assertThat(gate.isEmpty()).isTrue();
  }
}
