package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.WebSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MessageDeadlineTest {

  /// Thirty ticks for a message, ten without a byte.
  private static MessageDeadline begunAt(int now) {
    return deadline(Duration.ofSeconds(3), Duration.ofSeconds(1), now);
  }

  @Test
  void isMissedByAMessageThatNeverEnds() {
    MessageDeadline deadline = begunAt(0);
    for (int now = 0; now < 30; now++) {
      assertThat(deadline.judge(now, now)).isEmpty();
    }

    assertThat(deadline.judge(30, 30))
        .get()
        .matches(fault -> fault.closeStatus().code() == 1008)
        .extracting(ProtocolException::getMessage)
        .isEqualTo("a message took longer than 3 s");
  }

  @Test
  void isMissedByAMessageThatStops() {
    MessageDeadline deadline = begunAt(5);
    assertThat(deadline.judge(5, 5)).isEmpty();
    assertThat(deadline.judge(14, 5)).isEmpty();

    assertThat(deadline.judge(15, 5))
        .get()
        .extracting(ProtocolException::getMessage)
        .isEqualTo("no byte of an unfinished message for 1 s");
  }

  @Test
  void doesNotCountSilenceBeforeItBegan() {
    MessageDeadline deadline = begunAt(1000);
    assertThat(deadline.judge(1000, 3)).isEmpty();
    assertThat(deadline.judge(1009, 3)).isEmpty();
    assertThat(deadline.judge(1010, 3)).isPresent();
  }

  @Test
  void isNoneWhenSwitchedOff() {
    MessageDeadline off = deadline(Duration.ZERO, Duration.ZERO, 0);

    assertThat(off.judge(1_000_000, 0)).isEmpty();
  }

  @Test
  void survivesTheClocksOverflow() {
    MessageDeadline deadline = begunAt(Integer.MAX_VALUE);
    assertThat(deadline.judge(Integer.MAX_VALUE, Integer.MAX_VALUE)).isEmpty();
    assertThat(deadline.judge(Integer.MIN_VALUE + 8, Integer.MAX_VALUE)).isEmpty();
    assertThat(deadline.judge(Integer.MIN_VALUE + 9, Integer.MAX_VALUE)).isPresent();
  }

  private static MessageDeadline deadline(Duration timeout, Duration stall, int now) {
    return new MessageDeadline(
        WebSocketOptions.builder().messageTimeout(timeout).stallTimeout(stall).build(), now);
  }
}
