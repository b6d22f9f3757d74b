package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebSocketInboundTest {

  private static final int ABOVE_HIGH_WATER = 70_000;
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.builder()
          .heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(5)) // 100 ticks, 50 ticks
          .sendTimeout(Duration.ZERO)
          .closeTimeout(Duration.ofSeconds(2))
          .build();

  private final StallingChannel channel = new StallingChannel();
  private final HomeLoop home = new HomeLoop(channel.eventLoop());
  private final NettyWebSocketConnection connection = open();

  private NettyWebSocketConnection open() {
    channel.freezeTime();
    NettyWebSocketConnection opened =
        BareConnections.over(channel, home, OPTIONS, new ServerEvents() {});
    opened.open();
    return opened;
  }

  @AfterEach
  void leaveNothingBehind() {
    channel.finishAndReleaseAll();
    home.release();
    channel.runPendingTasks();
  }

  @Nested
  class APeerWhoEndsItsDirectionWhileReadingIsPaused {

    private static final int MESSAGES = 300;
    private static final int READ_MESSAGES = HomeLoop.READ_BYTES / 1000;

    @BeforeEach
    void pause() {
      fillSocket(ABOVE_HIGH_WATER);
      // More than one read, as a socket hands over at its end.
      for (int i = 0; i < MESSAGES / 3; i++) {
        channel.writeInbound(
            Unpooled.copiedBuffer(
                frame(Opcode.BINARY, new byte[1000]),
                frame(Opcode.BINARY, new byte[1000]),
                frame(Opcode.BINARY, new byte[1000])));
      }
    }

    @Test
    void isHeardToTheEnd() {
      channel.writeInbound(frame(Opcode.CLOSE, new byte[] {0x0F, (byte) 0xA0})); // 4000
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      assertThat(channel.isOpen()).isTrue();

      goOn();

      assertThat(connection.statistics().messagesReceived()).isEqualTo(MESSAGES);
      assertThat(connection.closeStatus()).contains(CloseStatus.of(4000, ""));
      assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void withoutACloseHasVanishedOnceAllIsHeard() {
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

      goOn();

      assertThat(connection.statistics().messagesReceived()).isEqualTo(MESSAGES);
      assertThat(connection.closeStatus()).hasValueSatisfying(WebSocketInboundTest::isAbnormal);
      assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void isHeardOneReadPerTurnOfTheLoop() {
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      List<Long> heard = new ArrayList<>();
      look(heard);

      goOn();

      assertThat(heard).last().isEqualTo((long) MESSAGES);
      for (int i = 1; i < heard.size(); i++) {
        assertThat(heard.get(i) - heard.get(i - 1)).isLessThanOrEqualTo(1 + READ_MESSAGES);
      }
    }

    /// Looks once in every turn of the loop how many messages were heard.
    private void look(List<Long> heard) {
      long now = connection.statistics().messagesReceived();
      heard.add(now);
      if (now < MESSAGES && heard.size() < MESSAGES) {
        channel.eventLoop().execute(() -> look(heard));
      }
    }
  }

  @Nested
  class Heartbeats {

    @Test
    void doNotBlameAPeerForSilenceWhileNobodyListens() {
      fillSocket(ABOVE_HIGH_WATER);
      channel.writeInbound(frame(Opcode.TEXT, new byte[1]));

      tick(1000);

      assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void giveAPeerItsTimeAgainOnceItIsListenedTo() {
      fillSocket(ABOVE_HIGH_WATER);
      channel.writeInbound(frame(Opcode.TEXT, new byte[1]));
      tick(140); // asked after 100, dead after 151
      goOn();

      tick(149);
      assertThat(channel.isOpen()).isTrue();
      tick(3);
      assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void findADeadPeerInTimeWhoseSocketFillsLate() {
      tick(120);
      fillSocket(1000); // reading goes on
      tick(32);

      assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void takeADrainedSocketForASignOfLife() {
      tick(120);
      fillSocket(1000);
      tick(1);
      goOn();
      tick(90);

      assertThat(channel.isOpen()).isTrue();
    }
  }

  @Nested
  class AClose {

    @Test
    void waitsForAPeerThatTakesWhatWasSentBefore() {
      fillSocket(ABOVE_HIGH_WATER);
      connection.close();
      for (int i = 0; i < 10; i++) {
        channel.takeSome(10);
        pass(Duration.ofMillis(1900));
      }
      goOn();

      assertThat(channel.received()).hasSize(2).last().isEqualTo("close 1000");
    }

    @Test
    void givesThePeerItsTimeToAnswerOnceAllHasLeft() {
      fillSocket(ABOVE_HIGH_WATER);
      connection.close();
      pass(Duration.ofMillis(1900));
      goOn();

      pass(Duration.ofMillis(1900));
      assertThat(channel.isOpen()).isTrue();
      pass(Duration.ofMillis(200));
      assertThat(channel.isOpen()).isFalse();
      assertThat(connection.closeStatus()).hasValueSatisfying(WebSocketInboundTest::isAbnormal);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001})
    void whosePeerDoesNotTakeWhatWasSentBeforeWasNoNormalOne(int code) {
      fillSocket(ABOVE_HIGH_WATER);
      connection.close(code, "");
      pass(Duration.ofMillis(2100));

      assertThat(channel.isOpen()).isFalse();
      assertThat(connection.closeStatus()).hasValueSatisfying(WebSocketInboundTest::isAbnormal);
    }

    @Test
    void doesNotTakeAnswersOfTlsForAPeerThatReads() {
      fillSocket(ABOVE_HIGH_WATER);
      connection.close();
      for (int i = 0; i < 2; i++) {
        pass(Duration.ofMillis(900));
        channel.write(Unpooled.copiedBuffer(new byte[30])); // as for an update of keys
      }
      pass(Duration.ofMillis(300));

      assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void thatTellsWhyKeepsItsCodeWhenItIsCut() {
      fillSocket(ABOVE_HIGH_WATER);
      connection.close(4000, "enough");
      pass(Duration.ofMillis(2100));

      assertThat(connection.closeStatus()).contains(CloseStatus.of(4000, "enough"));
    }
  }

  private static void isAbnormal(CloseStatus status) {
    assertThat(status.code()).isEqualTo(CloseStatus.ABNORMAL_CLOSURE);
  }

  private void fillSocket(int bytes) {
    channel.stall();
    connection.send(Text.of("x".repeat(bytes)));
    channel.runPendingTasks();
  }

  private void goOn() {
    channel.goOn();
    channel.runPendingTasks();
  }

  private void pass(Duration time) {
    tick((int) time.dividedBy(Duration.ofMillis(HomeLoop.TICK_MILLIS)));
  }

  /// Lets the clock of the home loop tick.
  private void tick(int times) {
    for (int i = 0; i < times; i++) {
      channel.advanceTimeBy(HomeLoop.TICK_MILLIS, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
      channel.runPendingTasks();
    }
  }

  /// A masked final frame with a key of zeros.
  private static ByteBuf frame(int opcode, byte[] payload) {
    ByteBuf frame = Unpooled.buffer();
    frame.writeByte(0x80 | opcode);
    if (payload.length <= 125) {
      frame.writeByte(0x80 | payload.length);
    } else {
      frame.writeByte(0x80 | 126).writeShort(payload.length);
    }
    return frame.writeInt(0).writeBytes(payload);
  }
}
