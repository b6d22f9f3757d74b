package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the log says about an event loop that is held.
final class BlockedLoopLogTest {

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
  }

  @AfterEach
  void leave() {
    LOGGER.removeHandler(log);
    LOGGER.setUseParentHandlers(true);
  }

  @Test
  void namesTheFirstFramesOfTheProgram() {
    new LoggingEvents().loopBlocked("gimlet-loop-1", Duration.ofMillis(230), STACK);

    assertThat(log.lines)
        .containsExactly(
            "WARNING gimlet-loop-1 is held for 230 ms, and its connections wait:"
                + " app.Prices.load(File.java:7) < app.PriceListener.onMessage(File.java:7)"
                + " < dev.gimlet.transport.NettyWebSocketConnection.deliver(File.java:7)");
  }

  @Test
  void namesTheFirstFrameWhenAllAreOfOthers() {
    new LoggingEvents().loopBlocked("gimlet-loop-1", Duration.ofMillis(230), STACK.subList(0, 1));

    assertThat(log.lines)
        .singleElement()
        .asString()
        .endsWith("wait: java.lang.Thread.sleep(File.java:7)");
  }

  @Test
  void isAFewLinesASecondAtMost() {
    LoggingEvents events = new LoggingEvents(() -> 0);
    for (int i = 0; i < 1000; i++) {
      events.loopBlocked("gimlet-loop-1", Duration.ofMillis(230), STACK);
    }

    assertThat(log.lines).hasSize(10);
  }
}
