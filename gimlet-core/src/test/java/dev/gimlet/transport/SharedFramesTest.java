package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.codec.DeflateAgreement;
import dev.gimlet.websocket.codec.Side;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SharedFramesTest {

  private static final int CONNECTIONS = 100;

  private final HomeLoop home = new HomeLoop(new EmbeddedChannel().eventLoop());
  private final PreparedMessage large = PreparedMessage.of(Text.of("a gimlet ".repeat(1000)));
  private final PreparedMessage small = PreparedMessage.of(Text.of("a gimlet"));

  @AfterEach
  void release() {
    home.release();
  }

  @Test
  void areEncodedOnceForAllConnections() {
    SharedFrames frames = SharedFrames.of(large);

    for (int i = 1; i < CONNECTIONS; i++) {
      assertThat(SharedFrames.of(large)).isSameAs(frames);
      assertThat(SharedFrames.of(large).plain()).isSameAs(frames.plain());
    }
  }

  @Test
  void areCompressedOnceForAllConnections() {
    Set<SharedFrame> compressed = new HashSet<>(); // by identity
    for (int i = 0; i < CONNECTIONS; i++) {
      compressed.add(SharedFrames.of(large).deflated(connection()));
    }

    assertThat(compressed).hasSize(1);
    assertThat(compressed.iterator().next().size())
        .isLessThan(SharedFrames.of(large).plain().size() / 10);
  }

  @Test
  void arePlainWhereCompressingGainsNothing() {
    SharedFrames frames = SharedFrames.of(small);

    assertThat(frames.deflated(connection())).isSameAs(frames.plain());
  }

  private ConnectionDeflate connection() {
    DeflateAgreement agreement = new DeflateAgreement(false, false, 15);
    return new ConnectionDeflate(Side.SERVER, agreement, Compression.DEFAULTS, home);
  }
}
