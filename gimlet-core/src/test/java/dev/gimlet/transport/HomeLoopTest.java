package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Side;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
    List.of(first, last).forEach(EmbeddedChannel::close);
    home.release();
    timekeeper.runPendingTasks();
  }

  private EmbeddedChannel open() {
    EmbeddedChannel channel = new EmbeddedChannel();
    WebSocketListener idle = WebSocketListener.onMessage((_, _) -> {});
    channel.pipeline().addLast(new NettyWebSocketConnection(opening(channel), idle).inbound());
    return channel;
  }

  private Opening opening(EmbeddedChannel channel) {
    return new Opening(
        1,
        Side.SERVER,
        channel,
        home,
        OPTIONS,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        events,
        InetSocketAddress.createUnresolved("peer", 1),
        Registration.NONE);
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
