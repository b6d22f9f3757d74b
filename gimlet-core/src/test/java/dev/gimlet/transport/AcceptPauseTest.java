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

  private static final int NO_TIMER = -1;

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

    advance(20);
    assertThat(listener.config().isAutoRead()).isFalse();
    advance(979);
    assertThat(listener.config().isAutoRead()).isFalse();
    advance(1);
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  @Test
  void refusesThoseWhoWaitAndServesThoseWhoComeLater() {
    listener.freezeTime();
    EmbeddedChannel before = accept();
    fail();
    EmbeddedChannel waiting = accept();
    fail();
    EmbeddedChannel behind = accept();
    advance(1000);
    EmbeddedChannel later = accept();

    assertThat(waiting.isOpen()).isFalse();
    assertThat(behind.isOpen()).isFalse();
    assertThat(listener.inboundMessages()).containsExactly(before, later);
    assertThat(before.isOpen()).isTrue();
  }

  @Test
  void tellsOnceAMinute() {
    listener.freezeTime();
    for (int second = 0; second < 120; second++) {
      nanos = Duration.ofSeconds(second).toNanos();
      fail();
      advance(1000);
    }

    assertThat(told).containsExactly("Too many open files", "Too many open files");
  }

  @Test
  void endsItsTimersWithTheListener() {
    listener.freezeTime();
    fail();

    listener.close();

    assertThat(listener.runScheduledPendingTasks()).isEqualTo(NO_TIMER);
  }

  private EmbeddedChannel accept() {
    var accepted = new EmbeddedChannel();
    listener.pipeline().fireChannelRead(accepted);
    return accepted;
  }

  private void advance(long millis) {
    listener.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
  }

  private void fail() {
    listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
  }
}
