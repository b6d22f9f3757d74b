package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.codec.DeflateAgreement;
import dev.gimlet.websocket.codec.Side;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SharedFramesTest {

  private static final int MEMBERS = 100;

  private final StallingChannel channel = new StallingChannel();
  private final HomeLoop home = new HomeLoop(channel.eventLoop());

  /// Lends nothing to this thread: whoever wants to compress with it fails.
  private final HomeLoop without = new HomeLoop(new DefaultEventLoop());

  private final List<Outbox> outboxes = new ArrayList<>();
  private final PreparedMessage message =
      PreparedMessage.of(Text.of("A gimlet is a small tool that opens a hole. ".repeat(100)));

  @AfterEach
  void leaveNothingBehind() {
    outboxes.forEach(Outbox::discard);
    channel.finishAndReleaseAll();
    home.release();
    channel.runPendingTasks();
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11, 12, 13, 14, 15})
  void areCompressedOnceForAllMembersWithTheSameWindow(int windowBits) {
    outbox(deflate(windowBits, home)).add(message);

    for (int i = 0; i < MEMBERS; i++) {
      Outbox member = outbox(deflate(windowBits, without));
      member.add(message);
      assertThat(member.hasGathered()).isTrue();
    }
  }

  @Test
  void areEncodedOnceForAllConnections() {
    SharedFrames frames = SharedFrames.of(message);

    assertThat(SharedFrames.of(message)).isSameAs(frames);
    assertThat(SharedFrames.of(message).plain()).isSameAs(frames.plain());
  }

  @Test
  void arePlainWhereCompressingGainsNothing() {
    SharedFrames frames = SharedFrames.of(PreparedMessage.of(Text.of("a gimlet")));

    assertThat(frames.deflated(deflate(15, home))).isSameAs(frames.plain());
  }

  @Test
  void areCompressedAtMostThreeTimesWhateverTheWindows() {
    SharedFrames frames = SharedFrames.of(message);
    SharedFrame large = frames.deflated(deflate(15, home));
    SharedFrame middle = frames.deflated(deflate(12, home));
    SharedFrame small = frames.deflated(deflate(9, home));

    assertThat(IntStream.rangeClosed(8, 15).mapToObj(it -> frames.deflated(deflate(it, home))))
        .containsExactly(frames.plain(), small, small, small, middle, middle, middle, large);
    assertThat(List.of(frames.plain(), small, middle, large)).doesNotHaveDuplicates();
    assertThatThrownBy(() -> SharedFrames.of(other()).deflated(deflate(15, without)))
        .isInstanceOf(AssertionError.class);
  }

  private static PreparedMessage other() {
    return PreparedMessage.of(Text.of("x".repeat(1000)));
  }

  private static ConnectionDeflate deflate(int windowBits, HomeLoop lender) {
    return new ConnectionDeflate(
        Side.SERVER,
        new DeflateAgreement(false, false, windowBits, 15),
        Compression.DEFAULTS,
        lender);
  }

  private Outbox outbox(ConnectionDeflate deflate) {
    Outbox outbox =
        new Outbox(Side.SERVER, channel, home, new ByteBudget(1 << 20), deflate, () -> {});
    outboxes.add(outbox);
    return outbox;
  }
}
