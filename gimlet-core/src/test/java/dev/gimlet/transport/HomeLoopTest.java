package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class HomeLoopTest {

  private static final int PING = 0x89;
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.builder().heartbeat(Duration.ofMillis(300), Duration.ofSeconds(5)).build();

  private final List<String> failures = new ArrayList<>();
  private final ServerEvents events =
      new ServerEvents() {
        @Override
        public void handlerFailed(String where, Throwable failure) {
          failures.add(failure.getMessage());
        }
      };
  private final EmbeddedChannel timekeeper = new EmbeddedChannel();
  private final HomeLoop home = new HomeLoop(timekeeper.eventLoop());
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  @AfterEach
  void leaveNothingBehind() {
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    home.release();
    timekeeper.runPendingTasks();
  }

  @Test
  void goesOnForTheOthersWhenATickFailsForOne() {
    timekeeper.freezeTime();
    EmbeddedChannel first = open();
    EmbeddedChannel poor = open();
    EmbeddedChannel last = open();
    poor.config().setAllocator(new ScarceMemory(0));

    advance(10);

    assertThat(poor.isOpen()).isFalse();
    assertThat(failures).containsExactly("no buffers left");
    assertThat(home.now()).isEqualTo(10);
    assertThat(firstByteSent(first)).isEqualTo(PING);
    assertThat(firstByteSent(last)).isEqualTo(PING);
  }

  @Nested
  class TwoConnections {

    private final StallingChannel first = new StallingChannel();
    private final StallingChannel second = new StallingChannel();
    private final WebSocketConnection toFirst = connect(first);
    private final WebSocketConnection toSecond = connect(second);

    @Test
    void writesToAConnectionAsSoonAsTheNextOneGetsMessages() {
      toFirst.send(PreparedMessage.of(Text.of("one")));
      toFirst.send(Text.of("two"));
      assertThat(first.writes()).isZero();
      toSecond.send(PreparedMessage.of(Text.of("other")));

      assertThat(first.writes()).isEqualTo(1);
      assertThat(first.received()).containsExactly("one", "two");
      assertThat(second.writes()).isZero();
      timekeeper.runPendingTasks();
      assertThat(second.received()).containsExactly("other");
    }

    @Test
    void writesTwiceInATurnHoweverOftenConnectionsGetMessagesByTurns() {
      for (int turn = 0; turn < 3; turn++) {
        for (int i = 0; i < 10; i++) {
          toFirst.send(Text.of("first"));
          toSecond.send(Text.of("second"));
        }
        timekeeper.runPendingTasks();
      }

      assertThat(first.writes()).isEqualTo(6);
      assertThat(second.writes()).isEqualTo(6);
      assertThat(first.received()).hasSize(30).containsOnly("first");
      assertThat(second.received()).hasSize(30).containsOnly("second");
    }

    @Test
    void goesOnForTheNextConnectionWhenWritingToTheOneBeforeFails() {
      first
          .pipeline()
          .addFirst(
              new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext context) {
                  throw new IllegalStateException("no way out");
                }
              });

      toFirst.send(Text.of("lost"));
      assertThat(toSecond.send(Text.of("said"))).isEqualTo(SendResult.ACCEPTED);
      timekeeper.runPendingTasks();

      assertThat(second.received()).containsExactly("said");
      assertThat(first.isOpen()).isFalse();
    }
  }

  private EmbeddedChannel open() {
    EmbeddedChannel channel = new EmbeddedChannel();
    connect(channel);
    return channel;
  }

  private WebSocketConnection connect(EmbeddedChannel channel) {
    channels.add(channel);
    return BareConnections.over(channel, home, OPTIONS, events);
  }

  private void advance(int ticks) {
    for (int tick = 0; tick < ticks; tick++) {
      timekeeper.advanceTimeBy(HomeLoop.TICK_MILLIS, TimeUnit.MILLISECONDS);
      timekeeper.runScheduledPendingTasks();
      timekeeper.runPendingTasks();
    }
  }

  private static int firstByteSent(EmbeddedChannel channel) {
    ByteBuf sent = channel.readOutbound();
    try {
      return sent.getUnsignedByte(0);
    } finally {
      sent.release();
    }
  }
}
