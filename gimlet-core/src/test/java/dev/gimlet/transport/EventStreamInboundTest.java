package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.EventStream.End;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client has 10 s to take something.
class EventStreamInboundTest {
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.builder()
          .heartbeat(Duration.ZERO, Duration.ofSeconds(1))
          .sendTimeout(Duration.ofSeconds(10))
          .closeTimeout(Duration.ofSeconds(2))
          .build();
  private static final int NO_TIMER = -1;

  private final StallingChannel channel = new StallingChannel();
  private final NettyEventStream stream =
      new NettyEventStream(
          channel,
          new HomeLoop(channel.eventLoop()),
          OPTIONS,
          null,
          InetSocketAddress.createUnresolved("client", 1),
          ServerEvents.NONE);
  private final List<End> ends = new ArrayList<>();

  @BeforeEach
  void prepare() {
    channel.freezeTime();
    channel.pipeline().addLast(stream.inbound());
    stream.whenClosed(ends::add);
  }

  @AfterEach
  void leaveNothingBehind() {
    channel.finishAndReleaseAll();
  }

  @Test
  void isNotCutWhileItsClientTakesSomething() {
    start();
    channel.stall();
    send(100);

    for (int round = 0; round < 20; round++) {
      send(10);
      channel.take(1);
      advance(5);
    }

    assertThat(ends).isEmpty();
  }

  @Test
  void isCutWhenItsClientTakesNothingThoughMoreIsSent() {
    start();
    channel.stall();
    send(1);
    advance(5);
    send(100);
    assertThat(ends).isEmpty();

    advance(5);

    assertThat(ends).containsExactly(End.SLOW_CONSUMER);
  }

  @Test
  void isCutWhenItsClientStopsToTakeAnything() {
    start();
    channel.stall();
    send(100);
    advance(5);
    channel.take(10);
    advance(5);
    assertThat(ends).isEmpty();

    advance(5);
    advance(5);

    assertThat(ends).containsExactly(End.SLOW_CONSUMER);
  }

  @Test
  void keepsNoTimerOnceAllIsTaken() {
    start();
    channel.stall();
    send(1);
    assertThat(channel.runScheduledPendingTasks()).isPositive();
    channel.goOn();

    advance(5);

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(NO_TIMER);
    assertThat(ends).isEmpty();
  }

  @Test
  void isNotCutForWhatItsEventLoopSendsBeforeItReturns() {
    start();

    for (int i = 0; i < 100; i++) {
      assertThat(stream.send("x".repeat(64 << 10))).isEqualTo(SendResult.ACCEPTED);
    }

    channel.runPendingTasks();
    assertThat(channel.receivedText()).hasSizeGreaterThan(100 * (64 << 10));
    assertThat(ends).isEmpty();
  }

  @Test
  void keepsTheOrderWhenItWritesInTheMidstOfASend() {
    start();
    String large = "x".repeat(1 << 20);

    stream.send("one");
    stream.send(large);
    stream.send("two");
    channel.runPendingTasks();

    assertThat(channel.receivedText())
        .isEqualTo("headdata: one\n\ndata: " + large + "\n\ndata: two\n\n");
  }

  @Test
  void writesNothingBeforeItsHead() {
    String large = "x".repeat(1 << 20);

    stream.send(large);
    assertThat(stream.send("too much")).isEqualTo(SendResult.CLOSED);
    start();
    channel.runPendingTasks();

    assertThat(channel.receivedText()).isEqualTo("headdata: " + large + "\n\n");
    assertThat(ends).containsExactly(End.SLOW_CONSUMER);
  }

  @Test
  void tellsNoEndWhileItIsSentTo() {
    start();
    stream.close();

    stream.inbound().writeSubmitted();
    assertThat(ends).isEmpty();

    channel.runPendingTasks();
    assertThat(ends).containsExactly(End.CLOSED);
  }

  @Test
  void endsBehindWhatItAcceptedWhenItsClientIsTooSlow() {
    start();
    channel.stall();
    String large = "x".repeat(2 << 20);
    assertThat(stream.send(large)).isEqualTo(SendResult.ACCEPTED);
    assertThat(stream.send("too much")).isEqualTo(SendResult.CLOSED);
    channel.runPendingTasks();
    assertThat(ends).containsExactly(End.SLOW_CONSUMER);

    channel.goOn();

    assertThat(channel.receivedText()).isEqualTo("headdata: " + large + "\n\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void waitsAtItsEndAsLongAsItsClientTakesSomething() {
    start();
    channel.stall();
    stream.send("x".repeat(2 << 20));
    stream.close();
    channel.runPendingTasks();

    for (int round = 0; round < 5; round++) {
      channel.takeSome((round + 1) * 1000);
      advance(2);
      assertThat(channel.isOpen()).isTrue();
    }

    advance(2);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void countsSixtyFourBytesAtLeastForEachEvent() {
    start();
    channel.stall();

    int accepted = 0;
    while (stream.send("x") == SendResult.ACCEPTED) {
      accepted++;
    }

    assertThat(accepted).isEqualTo(OPTIONS.outboxBytes() / 64);
  }

  @Test
  void ofHeadSendsNoEventThatIsAlreadyThere() {
    for (int i = 0; i < 1000; i++) {
      assertThat(stream.send("x".repeat(1000))).isEqualTo(SendResult.ACCEPTED);
    }

    stream.inbound().start(head(), true);
    channel.runPendingTasks();

    assertThat(channel.receivedText()).isEqualTo("head");
    assertThat(channel.isOpen()).isFalse();
    assertThat(ends).containsExactly(End.CLOSED);
    assertThat(stream.send("late")).isEqualTo(SendResult.CLOSED);
  }

  private void start() {
    stream.inbound().start(head(), false);
  }

  private static ByteBuf head() {
    return Unpooled.copiedBuffer("head", ISO_8859_1);
  }

  private void send(int events) {
    for (int i = 0; i < events; i++) {
      stream.send("0123456789");
    }
    channel.runPendingTasks();
  }

  private void advance(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }
}
