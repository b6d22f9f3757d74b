package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AcceptPauseTest {

  private final List<String> told = new ArrayList<>();
  private final ServerEvents events =
      new ServerEvents() {
        @Override
        public void acceptFailed(String reason) {
          told.add(reason);
        }
      };
  private long nanos;
  private final EmbeddedChannel listener =
      new EmbeddedChannel(new AcceptPause(events, () -> nanos));

  @AfterEach
  void close() {
    listener.finishAndReleaseAll();
  }

  @Test
  void stopsAcceptingForASecond() {
    listener.freezeTime();
    fail();
    assertThat(listener.config().isAutoRead()).isFalse();

    listener.advanceTimeBy(999, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
    assertThat(listener.config().isAutoRead()).isFalse();

    listener.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  @Test
  void tellsOnceAMinute() {
    for (int second = 0; second < 120; second++) {
      nanos = Duration.ofSeconds(second).toNanos();
      fail();
    }

    assertThat(told).containsExactly("Too many open files", "Too many open files");
  }

  private void fail() {
    listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
  }
}
