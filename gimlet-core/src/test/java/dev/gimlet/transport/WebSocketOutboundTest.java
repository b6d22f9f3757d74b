package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.RateLimit;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebSocketOutboundTest {

  private static final byte[] KEY = {1, 2, 3, 4};

  private final StallingChannel channel = new StallingChannel();
  private final HomeLoop home = new HomeLoop(channel.eventLoop());

  @AfterEach
  void leaveNothingBehind() {
    channel.finishAndReleaseAll();
    home.release();
    channel.runPendingTasks();
  }

  @Test
  void writesTheAnswersToAReadAtItsEnd() {
    open(1 << 20);

    channel.writeInbound(Unpooled.copiedBuffer(ping("a"), ping("b"), ping("c")));

    assertThat(channel.writes()).isEqualTo(1);
    assertThat(channel.received()).containsExactly("pong a", "pong b", "pong c");
  }

  @Test
  void keepsOnlyTheNewestPongWhileTheSocketIsFull() {
    NettyWebSocketConnection connection = open(1 << 20);
    channel.stall();
    connection.send(Text.of("x".repeat(40_000)));
    channel.runPendingTasks();

    channel.writeInbound(Unpooled.copiedBuffer(ping("a")));
    channel.writeInbound(Unpooled.copiedBuffer(ping("b"), ping("c")));
    channel.goOn();

    assertThat(channel.received()).hasSize(2).last().isEqualTo("pong c");
    channel.goOn();
    assertThat(channel.received()).isEmpty();
  }

  @Test
  void countsWhatThePeerTookThoughMoreWaitsThanBefore() {
    NettyWebSocketConnection connection = open(1 << 20);
    channel.stall();
    connection.send(Text.of("x".repeat(1000)));
    channel.runPendingTasks();
    assertThat(connection.outbound().watch(0)).isEqualTo(SendProgress.Verdict.WAITING);

    connection.send(Text.of("x".repeat(2000)));
    channel.runPendingTasks();
    channel.take(2); // the first message, and the mark behind it

    assertThat(connection.statistics().waitingBytes()).isBetween(2000L, 2010L);
    assertThat(connection.outbound().watch(1)).isEqualTo(SendProgress.Verdict.MOVED);
  }

  @Test
  void sendsNothingAfterACloseFrameAndKeepsNoBytesForIt() {
    NettyWebSocketConnection connection = open(1 << 20);
    channel.stall();
    connection.send(Text.of("x".repeat(40_000)));
    connection.close();
    connection.outboxBudget().force(Outbox.frameBytes(Text.of("late")));
    connection.outbound().send(Text.of("late"));
    channel.runPendingTasks();
    channel.goOn();

    assertThat(channel.received()).hasSize(2).last().isEqualTo("close 1000");
    assertThat(connection.statistics().messagesSent()).isEqualTo(1);
    assertThat(connection.statistics().waitingBytes()).isZero();
  }

  @Test
  void pausesReadingWhileHalfOfASmallOutboxWaits() {
    NettyWebSocketConnection connection = open(16 << 10);
    channel.stall();
    connection.send(Text.of("x".repeat(8000)));
    channel.runPendingTasks();
    channel.writeInbound(Unpooled.copiedBuffer(ping("a")));
    assertThat(channel.config().isAutoRead()).isTrue();

    connection.send(Text.of("x".repeat(200)));
    channel.writeInbound(Unpooled.copiedBuffer(ping("b")));
    assertThat(channel.config().isAutoRead()).isFalse();

    channel.goOn();
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(connection.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 16 << 10, 1 << 20})
  void pausesNoReadingForPongsAlone(int outboxBytes) {
    NettyWebSocketConnection connection = open(outboxBytes);
    channel.stall();

    byte[] pings = ping("x".repeat(15)); // the outbox holds more of them than come
    int frames = outboxBytes / 32;
    for (int i = 0; i < frames; i++) {
      channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(pings));
    }
    channel.pipeline().fireChannelReadComplete();

    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(connection.isOpen()).isTrue();
  }

  private NettyWebSocketConnection open(int outboxBytes) {
    return BareConnections.over(
        channel,
        home,
        WebSocketOptions.builder()
            .outboxBytes(outboxBytes)
            .controlFrameRate(new RateLimit(1 << 20, 10))
            .build(),
        new ServerEvents() {});
  }

  /// A masked ping, as a client sends it.
  private static byte[] ping(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    byte[] frame = new byte[6 + bytes.length];
    frame[0] = (byte) 0x89;
    frame[1] = (byte) (0x80 | bytes.length);
    System.arraycopy(KEY, 0, frame, 2, KEY.length);
    for (int i = 0; i < bytes.length; i++) {
      frame[6 + i] = (byte) (bytes[i] ^ KEY[i & 3]);
    }
    return frame;
  }
}
