package dev.gimlet.transport;

import static dev.gimlet.transport.Heartbeat.Verdict.ALIVE;
import static dev.gimlet.transport.Heartbeat.Verdict.ASK;
import static dev.gimlet.transport.Heartbeat.Verdict.DEAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.WebSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HeartbeatTest {

  // Ten ticks of silence, then three to answer.
  private final Heartbeat heartbeat = heartbeat(Duration.ofSeconds(1), Duration.ofMillis(300));

  @Test
  void leavesATalkingPeerAlone() {
    for (int now = 0; now < 100; now++) {
      heartbeat.heard(now);
      assertThat(heartbeat.judge(now + 9)).isEqualTo(ALIVE);
    }
  }

  @Test
  void asksOnceAfterTheInterval() {
    assertThat(heartbeat.judge(10)).isEqualTo(ASK);
    assertThat(heartbeat.judge(11)).isEqualTo(ALIVE);
  }

  @Test
  void isSatisfiedWithAnyAnswer() {
    heartbeat.judge(10);
    heartbeat.heard(12);

    assertThat(heartbeat.judge(21)).isEqualTo(ALIVE);
    assertThat(heartbeat.judge(22)).isEqualTo(ASK);
  }

  @Test
  void declaresThePeerDeadAfterTheTimeout() {
    heartbeat.judge(10);

    assertThat(heartbeat.judge(13)).isEqualTo(ALIVE);
    assertThat(heartbeat.judge(14)).isEqualTo(DEAD);
  }

  @Test
  void neverAsksWhenSwitchedOff() {
    Heartbeat off = heartbeat(Duration.ZERO, Duration.ofSeconds(1));

    assertThat(off.judge(1_000_000)).isEqualTo(ALIVE);
  }

  @Test
  void survivesTheClocksOverflow() {
    WebSocketOptions options =
        WebSocketOptions.builder().heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(1)).build();
    Heartbeat late = new Heartbeat(options, Integer.MAX_VALUE - 4);

    assertThat(late.judge(Integer.MIN_VALUE)).isEqualTo(ALIVE);
    assertThat(late.judge(Integer.MIN_VALUE + 6)).isEqualTo(ASK);
  }

  private static Heartbeat heartbeat(Duration interval, Duration timeout) {
    return new Heartbeat(WebSocketOptions.builder().heartbeat(interval, timeout).build(), 0);
  }
}
