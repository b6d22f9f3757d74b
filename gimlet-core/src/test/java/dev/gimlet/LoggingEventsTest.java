package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.room.FakeConnection;
import dev.gimlet.websocket.SlowConsumerPolicy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the log says.
final class LoggingEventsTest {

  private static final List<StackTraceElement> STACK =
      List.of(
          frame("java.lang.Thread", "sleep"),
          frame("app.Prices", "load"),
          frame("app.PriceListener", "onMessage"),
          frame("dev.gimlet.transport.NettyWebSocketConnection", "deliver"),
          frame("dev.gimlet.transport.WebSocketInbound", "onMessage"),
          frame("io.netty.channel.DefaultChannelPipeline", "fireChannelRead"));

  /// Keeps the lines. Thread-safe: a concurrent queue.
  private static final class Lines extends Handler {

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getLevel() + " " + line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static final Logger LOGGER = Logger.getLogger("gimlet.server");

  private final Lines log = new Lines();

  private static StackTraceElement frame(String type, String method) {
    return new StackTraceElement(type, method, "File.java", 7);
  }

  @BeforeEach
  void listen() {
    LOGGER.addHandler(log);
    LOGGER.setUseParentHandlers(false);
    LOGGER.setLevel(Level.FINE);
  }

  @AfterEach
  void leave() {
    LOGGER.removeHandler(log);
    LOGGER.setUseParentHandlers(true);
    LOGGER.setLevel(null);
  }

  @Test
  void namesTheFirstFramesOfAProgramThatHoldsALoop() {
    new LoggingEvents().loopBlocked("gimlet-loop-1", Duration.ofMillis(230), STACK);

    assertThat(log.lines)
        .containsExactly(
            "WARNING gimlet-loop-1 is held for 230 ms, and its connections wait:"
                + " app.Prices.load(File.java:7) < app.PriceListener.onMessage(File.java:7)"
                + " < dev.gimlet.transport.NettyWebSocketConnection.deliver(File.java:7)"
                + "; block in loop style, or on a thread of your own");
  }

  @Test
  void namesTheFirstFrameWhenAllAreOfOthers() {
    new LoggingEvents().loopBlocked("gimlet-loop-1", Duration.ofMillis(230), STACK.subList(0, 1));

    assertThat(log.lines)
        .singleElement()
        .asString()
        .contains("wait: java.lang.Thread.sleep(File.java:7); block");
  }

  @Test
  void tellsOfHeldLoopsInAFewLinesASecondAtMost() {
    LoggingEvents events = new LoggingEvents(() -> 0);
    for (int i = 0; i < 1000; i++) {
      events.loopBlocked("gimlet-loop-1", Duration.ofMillis(230), STACK);
    }

    assertThat(log.lines).hasSize(10);
  }

  @Test
  void tellsOfFailuresInAFewLinesASecondAtMost() {
    LoggingEvents events = new LoggingEvents(() -> 0);
    for (int i = 0; i < 1000; i++) {
      events.handlerFailed("a listener", new IllegalStateException("again"));
    }

    assertThat(log.lines).hasSize(10).containsOnly("SEVERE a listener failed");
  }

  @Test
  void tellsOfSlowPeersInAFewLinesASecondAtMost() {
    LoggingEvents events = new LoggingEvents(() -> 0);
    for (int i = 0; i < 1000; i++) {
      events.slowConsumer(new FakeConnection(i), SlowConsumerPolicy.CLOSE, 1);
    }

    assertThat(log.lines).hasSize(10).allMatch(line -> line.startsWith("WARNING "), "warns");
  }

  @Test
  void doesNotCallAPeerSlowWhoseMessagesWereReplaced() {
    var connection = new FakeConnection(7);

    new LoggingEvents().slowConsumer(connection, SlowConsumerPolicy.LATEST_PER_KEY, 998);

    assertThat(log.lines)
        .containsExactly(
            "FINE WebSocket 7 of "
                + connection.remoteAddress()
                + ": messages dropped by LATEST_PER_KEY: 998");
  }

  @Test
  void warnsOfAPeerThatIsClosedForBeingSlow() {
    new LoggingEvents().slowConsumer(new FakeConnection(7), SlowConsumerPolicy.CLOSE, 1);

    assertThat(log.lines)
        .singleElement()
        .asString()
        .startsWith("WARNING WebSocket 7 of ")
        .endsWith(" reads too slowly: its outbox is full");
  }

  @Test
  void callsNothingAWebSocketThatWasRefusedBeforeItWasOne() {
    var peer = InetSocketAddress.createUnresolved("a.example", 7);

    new LoggingEvents().refused(peer, 503, "try again");

    assertThat(log.lines).containsExactly("FINE " + peer + " was refused: 503 try again");
  }
}
