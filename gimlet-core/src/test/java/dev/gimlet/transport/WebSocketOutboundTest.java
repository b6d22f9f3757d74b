package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WebSocketOutboundTest {

  private static final byte[] KEY = {1, 2, 3, 4};

  private final StallingChannel channel = new StallingChannel();
  private final HomeLoop home = new HomeLoop(channel.eventLoop());
  private final NettyWebSocketConnection connection = open();

  @AfterEach
  void leaveNothingBehind() {
    channel.finishAndReleaseAll();
    home.release();
    channel.runPendingTasks();
  }

  @Test
  void writesTheAnswersToAReadAtItsEnd() {
    channel.writeInbound(Unpooled.copiedBuffer(ping("a"), ping("b"), ping("c")));

    assertThat(channel.writes()).isEqualTo(1);
    assertThat(channel.received()).containsExactly("pong a", "pong b", "pong c");
  }

  @Test
  void keepsOnlyTheNewestPongWhileTheSocketIsFull() {
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
  void sendsNothingAfterACloseFrameAndKeepsNoBytesForIt() {
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

  private NettyWebSocketConnection open() {
    return BareConnections.over(
        channel, home, WebSocketOptions.builder().build(), new ServerEvents() {});
  }

  /// A masked ping, as a client sends it.
  private static byte[] ping(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    byte[] frame = new byte[6 + bytes.length];
    frame[0] = (byte) 0x89;
    frame[1] = (byte) (0x80 | bytes.length);
    System.arraycopy(KEY, 0, frame, 2, KEY.length);
    for (int i = 0; i < bytes.length; i++) {
      frame[6 + i] = (byte) (bytes[i] ^ KEY[i]);
    }
    return frame;
  }
}
