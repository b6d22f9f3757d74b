package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

final class TakeoverLimitTest {

  private final TakeoverLimit limit = new TakeoverLimit(2);
  private final EmbeddedChannel first = new EmbeddedChannel();

  @Test
  void admitsSoManyAtATime() {
    assertThat(limit.admit(first)).isTrue();
    assertThat(limit.admit(new EmbeddedChannel())).isTrue();
    assertThat(limit.admit(new EmbeddedChannel())).isFalse();
    assertThat(limit.admit(new EmbeddedChannel())).isFalse();

    first.close();

    assertThat(limit.admit(new EmbeddedChannel())).isTrue();
    assertThat(limit.admit(new EmbeddedChannel())).isFalse();
  }

  @Test
  void forgetsAConnectionThatWasGoneBefore() {
    first.close();
    limit.admit(first);
    limit.admit(first);

    assertThat(limit.admit(new EmbeddedChannel())).isTrue();
  }
}
