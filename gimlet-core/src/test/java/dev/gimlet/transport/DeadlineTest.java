package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AtomicInteger missed = new AtomicInteger();
  private final Deadline deadline =
      new Deadline(
          channel.eventLoop(),
          ((AbstractScheduledEventExecutor) channel.eventLoop()).ticker()::nanoTime,
          missed::incrementAndGet);

  @BeforeEach
  void stopTime() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.close();
  }

  @Test
  void isMissedOnceWhenItsTimeHasCome() {
    deadline.set(Duration.ofSeconds(10));

    pass(9);
    assertThat(missed).hasValue(0);
    pass(1);
    assertThat(missed).hasValue(1);
    pass(100);
    assertThat(missed).hasValue(1);
  }

  @Test
  void canBeMovedToALaterTime() {
    deadline.set(Duration.ofSeconds(10));
    pass(9);
    deadline.set(Duration.ofSeconds(10));

    pass(9);
    assertThat(missed).hasValue(0);
    pass(1);
    assertThat(missed).hasValue(1);
  }

  @Test
  void canBeMovedToAnEarlierTime() {
    deadline.set(Duration.ofSeconds(60));
    deadline.set(Duration.ofSeconds(5));

    pass(5);

    assertThat(missed).hasValue(1);
  }

  @Test
  void isNotMissedAfterItWasCleared() {
    deadline.set(Duration.ofSeconds(10));
    deadline.clear();

    pass(100);

    assertThat(missed).hasValue(0);
  }

  @Test
  void canBeSetAgainAfterItWasCleared() {
    deadline.set(Duration.ofSeconds(10));
    deadline.clear();
    pass(5);
    deadline.set(Duration.ofSeconds(10));

    pass(9);
    assertThat(missed).hasValue(0);
    pass(1);
    assertThat(missed).hasValue(1);
  }

  @Test
  void leavesNoTimerBehindWhenCancelled() {
    deadline.set(Duration.ofSeconds(10));

    deadline.cancel();

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }

  private void pass(long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
