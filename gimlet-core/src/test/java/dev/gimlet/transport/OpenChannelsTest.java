package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OpenChannelsTest {
  private final OpenChannels open = new OpenChannels();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @Test
  void areForgottenWhenClosed() {
    open.add(channel);
    assertThat(open.list()).containsExactly(channel);

    channel.close();

    assertThat(open.list()).isEmpty();
  }

  @Test
  void areClosedAtOnceAfterShutting() {
    open.shut();

    open.add(channel);

    assertThat(channel.isOpen()).isFalse();
    assertThat(open.list()).isEmpty();
  }

  @Test
  void areWaitedFor() throws InterruptedException {
    open.add(channel);
    Thread closing = Thread.startVirtualThread(channel::close);

    open.awaitNone(Duration.ofSeconds(10));

    assertThat(open.list()).isEmpty();
    closing.join();
  }

  @Test
  void areWaitedForOnlySoLong() throws InterruptedException {
    open.add(channel);

    open.awaitNone(Duration.ofMillis(1));

    assertThat(open.list()).containsExactly(channel);
  }
}
