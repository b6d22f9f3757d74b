package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connections whose sockets are full, so that none has got its answer yet.
class FarewellsTest {
  private final Farewells farewells = new Farewells();
  private final List<StallingChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(StallingChannel::finishAndReleaseAll);
  }

  @Test
  void throwAwayWhatStillComes() {
    StallingChannel channel = refused();
    ByteBuf rest = Unpooled.copiedBuffer("rest", US_ASCII);

    channel.writeInbound(rest);

    assertThat(rest.refCnt()).isZero();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void endWhenThePeerEnds() {
    StallingChannel channel = refused();

    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void endAfterASecond() {
    StallingChannel channel = refused();

    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void areSaidToAHundredAtOnce() {
    for (int i = 0; i < 100; i++) {
      assertThat(lingers(refused())).isTrue();
    }
    assertThat(lingers(refused())).isFalse();

    channels.getFirst().close();

    assertThat(lingers(refused())).isTrue();
  }

  private StallingChannel refused() {
    StallingChannel channel = new StallingChannel();
    channels.add(channel);
    channel.freezeTime();
    channel.stall();
    farewells.close(channel, Unpooled.copiedBuffer("no", US_ASCII));
    return channel;
  }

  private static boolean lingers(StallingChannel channel) {
    return channel.pipeline().get(Farewells.Unheard.class) != null;
  }
}
