package dev.gimlet.transport;

import static dev.gimlet.transport.LoopProbe.Verdict.BUSY;
import static dev.gimlet.transport.LoopProbe.Verdict.FREE;
import static dev.gimlet.transport.LoopProbe.Verdict.FREED;
import static dev.gimlet.transport.LoopProbe.Verdict.HELD;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopProbeTest {

  private static final long HELD_AFTER = 200;

  // Its loop runs tasks when it is told to.
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopProbe probe = new LoopProbe(channel.eventLoop());

  @BeforeEach
  void knowTheLoop() {
    probe.send(0);
    channel.runPendingTasks();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void isFreeOnceItsTaskHasRun() {
    probe.send(1000);
    assertThat(probe.look(1050, HELD_AFTER)).isEqualTo(BUSY);

    channel.runPendingTasks();

    assertThat(probe.look(1100, HELD_AFTER)).isEqualTo(FREE);
  }

  @Test
  void tellsOnceThatTheLoopIsHeldAndOnceThatItGoesOn() {
    probe.send(1000);
    assertThat(probe.look(1199, HELD_AFTER)).isEqualTo(BUSY);
    assertThat(probe.look(1200, HELD_AFTER)).isEqualTo(HELD);
    assertThat(probe.blame()).isTrue();
    assertThat(probe.look(1250, HELD_AFTER)).isEqualTo(BUSY);

    channel.runPendingTasks();

    assertThat(probe.look(1300, HELD_AFTER)).isEqualTo(FREED);
    assertThat(probe.heldNanos()).isPositive();
    assertThat(probe.look(1350, HELD_AFTER)).isEqualTo(FREE);
  }

  @Test
  void blamesNobodyWhoGoesOnMeanwhile() {
    probe.send(1000);
    assertThat(probe.look(1200, HELD_AFTER)).isEqualTo(HELD);

    channel.runPendingTasks(); // while the stack is taken

    assertThat(probe.blame()).isFalse();
    assertThat(probe.look(1250, HELD_AFTER)).isEqualTo(FREE);
  }

  @Test
  void countsAgainFromWhereItWasForgiven() {
    probe.send(1000);
    probe.forgive(60_000);

    assertThat(probe.look(61_100, HELD_AFTER)).isEqualTo(BUSY);
    assertThat(probe.look(61_200, HELD_AFTER)).isEqualTo(HELD);
  }
}
