package dev.gimlet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// A callback that holds its event loop.
@Timeout(240)
final class LoopWatchdogTest {

  // The watchdog's own delays are no part of what it tells: a busy machine does not add to it.
  private static final Duration SOON = Duration.ofSeconds(2);

  /// What was told about a loop.
  private record Blocked(String loop, Duration held, List<StackTraceElement> stack) {}

  /// Thread-safe: concurrent queues.
  private static final class LoopEvents implements ServerEvents {

    private final BlockingQueue<Blocked> blocked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Duration> freed = new LinkedBlockingQueue<>();

    @Override
    public void loopBlocked(String loop, Duration held, List<StackTraceElement> stack) {
      blocked.add(new Blocked(loop, held, stack));
    }

    @Override
    public void loopFreed(String loop, Duration held) {
      freed.add(held);
    }
  }

  /// Answers with the name of its loop; holds the loop when it is told "hold".
  private final class Holding implements WebSocketListener {

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      if (message.toString().contains("hold")) {
        connection.send("holding");
        release.acquireUninterruptibly();
      }
      connection.send(Thread.currentThread().getName());
    }
  }

  private final Semaphore release = new Semaphore(0);
  private final LoopEvents events = new LoopEvents();
  private final RunningServer server =
      Gimlet.bare(ServerOptions.builder().eventLoops(2).events(events).build())
          .ws("/", new Holding())
          .start(0);
  private final List<RawWebSocket> clients = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    release.release(100);
    for (RawWebSocket client : clients) {
      client.close();
    }
    server.close();
  }

  @Test
  void isNamedWhileItStillDoesSoAndOnlyOnce() throws Exception {
    RawWebSocket client = connect();
    String loop = loopOf(client);

    client.send("hold");
    Blocked told = requireNonNull(events.blocked.poll(20, TimeUnit.SECONDS));

    assertThat(told.loop()).isEqualTo(loop);
    assertThat(told.held()).isBetween(Duration.ofMillis(200), SOON);
    assertThat(told.stack())
        .anySatisfy(frame -> assertThat(frame.getClassName()).isEqualTo(Holding.class.getName()));
    assertThat(events.blocked.poll(500, TimeUnit.MILLISECONDS)).isNull();
    assertThat(events.freed).isEmpty();

    release.release();

    assertThat(events.freed.poll(20, TimeUnit.SECONDS)).isGreaterThan(told.held());
    assertThat(events.blocked).isEmpty();
  }

  @Test
  void leavesTheOtherLoopsAlone() throws Exception {
    RawWebSocket held = connect();
    String loop = loopOf(held);
    RawWebSocket other = connect();
    while (loopOf(other).equals(loop)) {
      other = connect();
    }

    held.send("hold");
    requireNonNull(events.blocked.poll(20, TimeUnit.SECONDS));

    assertThat(loopOf(other)).isNotEqualTo(loop);
    assertThat(events.blocked).isEmpty();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  @SuppressWarnings("ThreadSleep") // that the process is stopped for a while is what is tested
  @Slow
  void isNobodyWhenTheWholeProcessWasStopped() throws Exception {
    try (ChildServer child = ChildServer.start(":", List.of(), "25000", "8000");
        RawWebSocket client = RawWebSocket.connect(child.port(), "/echo")) {
      for (int i = 0; i < 200; i++) { // all classes are loaded
        client.send("warm");
        client.read();
      }
      long before = child.logged("is held");
      for (int i = 0; i < 3; i++) {
        child.stop();
        Thread.sleep(700);
        child.goOn();
        client.send("alive");
        assertThat(client.read().text()).isEqualTo("alive");
      }
      Thread.sleep(300); // time to be blamed in

      assertThat(child.logged("is held")).isEqualTo(before);
    }
  }

  private RawWebSocket connect() throws Exception {
    RawWebSocket client = RawWebSocket.connect(server.port(), "/");
    clients.add(client);
    return client;
  }

  private static String loopOf(RawWebSocket client) throws Exception {
    client.send("where?");
    return client.read().text();
  }
}
