package dev.gimlet;

import static dev.gimlet.RawWebSocket.BINARY;
import static dev.gimlet.RawWebSocket.CLOSE;
import static dev.gimlet.RawWebSocket.PING;
import static dev.gimlet.RawWebSocket.PONG;
import static dev.gimlet.RawWebSocket.frame;
import static dev.gimlet.RawWebSocket.handshake;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gimlet.http.HttpLimits;
import dev.gimlet.testing.Floods;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Peers that take their time, to hold what the server holds for them.
@Timeout(300)
@Slow
final class SlowPeerTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration BRIEF = Duration.ofMillis(500);
  private static final Duration EARLY = SECOND.minusMillis(200); // two ticks of the server's clock

  // On a machine with other work an end may be noticed, and a client served, much later.
  private static final Duration LATE = Duration.ofMillis(Floods.of(30_000, 1000));
  private static final Duration SERVED_500 = Duration.ofMillis(Floods.of(30_000, 50));
  private static final Duration SERVED_5000 = Duration.ofMillis(Floods.of(30_000, 100));
  private static final Duration PAUSE = Duration.ofMillis(250); // between two drips
  private static final int GOOD_CLIENTS = Floods.of(10, 200);
  private static final WebSocketListener ECHO =
      WebSocketListener.onMessage((connection, message) -> connection.send(message));

  private final RecordingEvents events = new RecordingEvents();
  private final HttpLimits limits = new HttpLimits(8 << 10, 100, 100, SECOND, SECOND);
  private final Gimlet app =
      Gimlet.bare(ServerOptions.builder().limits(limits).events(events).build());
  private final CountDownLatch gate = new CountDownLatch(1);
  private final BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
  private RunningServer server;

  @BeforeEach
  void start() {
    WebSocketOptions.Builder options =
        WebSocketOptions.builder().heartbeat(Duration.ZERO, SECOND).closeTimeout(BRIEF);
    app.ws("/echo", ECHO);
    app.ws(
        "/total",
        options.messageTimeout(SECOND).stallTimeout(Duration.ofSeconds(60)).build(),
        ECHO);
    app.ws(
        "/stall", options.messageTimeout(Duration.ofSeconds(60)).stallTimeout(BRIEF).build(), ECHO);
    app.ws(
        "/gated",
        options.messageTimeout(BRIEF).stallTimeout(BRIEF).build(),
        connection -> {
          gate.await();
          for (Message message : connection) {
            sizes.add(message.size());
          }
        });
    app.ws(
        "/pour",
        options.outboxBytes(64 << 20).sendTimeout(SECOND).build(),
        WebSocketListener.onMessage((connection, _) -> connection.send(new byte[32 << 20])));
    app.ws(
        "/watched",
        options.heartbeat(BRIEF, BRIEF).sendTimeout(Duration.ZERO).build(),
        WebSocketListener.onMessage((connection, _) -> connection.send(new byte[32 << 20])));
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    server.close();
  }

  /// How many are slow, and the time in which 99 of 100 good clients are served meanwhile.
  static Stream<Arguments> crowds() {
    return Stream.of(arguments(500, SERVED_500), arguments(5000, SERVED_5000))
        .limit(Floods.of(1, 2));
  }

  @ParameterizedTest
  @MethodSource("crowds")
  void slowHandshakesEndAtTheDeadlineAndDelayNobody(int count, Duration served) throws Exception {
    byte[] start = "GET /echo HTTP/1.1\r\nX: ".getBytes(ISO_8859_1);
    try (Drips drips = Drips.dial(server.port(), count, start)) {
      FutureTask<Duration> dripping = new FutureTask<>(() -> drips.dripToTheEnd(PAUSE));
      Thread.startVirtualThread(dripping);
      assertThat(timeOfGoodClients()).isLessThan(served);
      dripping.get();

      assertThat(drips.ends()).allMatch(end -> end.startsWith("HTTP/1.1 408"));
      assertThat(drips.lives()).hasSize(count);
      assertThatAllEndedWithin(SECOND, drips);
    }
  }

  @Slow
  @ParameterizedTest
  @MethodSource("crowds")
  void slowFramesEndAtTheDeadlineAndDelayNobody(int count, Duration served) throws Exception {
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    start.writeBytes(handshake("/total", ""));
    start.writeBytes(frame(0x80 | BINARY, 1_000_000, new byte[1]));
    try (Drips drips = Drips.dial(server.port(), count, start.toByteArray())) {
      FutureTask<Duration> dripping = new FutureTask<>(() -> drips.dripToTheEnd(PAUSE));
      Thread.startVirtualThread(dripping);
      assertThat(timeOfGoodClients()).isLessThan(served);
      dripping.get();

      assertThat(drips.ends()).filteredOn(end -> end.contains("took longer than 1 s")).isNotEmpty();
      assertThat(drips.lives()).hasSize(count);
      assertThatAllEndedWithin(SECOND.plus(BRIEF), drips); // the close is not answered
    }
  }

  /// How long each may live after the last was dialed; an end is noticed by the next drip.
  private static void assertThatAllEndedWithin(Duration limit, Drips drips) {
    Duration latest = drips.dialing().plus(limit).plus(PAUSE).plus(LATE);
    assertThat(drips.lives()).allSatisfy(life -> assertThat(life).isBetween(EARLY, latest));
  }

  /// The time in which 99 of 100 good clients connect and are answered.
  private Duration timeOfGoodClients() throws IOException {
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < GOOD_CLIENTS; i++) {
      long start = System.nanoTime();
      try (RawWebSocket good = RawWebSocket.connect(server.port(), "/echo")) {
        good.send("hi");
        assertThat(good.read().text()).isEqualTo("hi");
      }
      times.add(Duration.ofNanos(System.nanoTime() - start));
    }
    times.sort(null);
    return times.get((times.size() * 99 - 1) / 100);
  }

  @Test
  void aMessageThatStopsIsClosedWith1008() throws IOException {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/stall")) {
      client.write(frame(BINARY, 10, new byte[10])); // a fragment, and no end

      RawWebSocket.Frame close = client.read();
      assertThat(close.closeCode()).isEqualTo(1008);
      assertThat(close.text()).endsWith("no byte of an unfinished message for 500 ms");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void aPingThatStopsIsClosedWith1008() throws IOException {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/stall")) {
      client.write(new byte[] {(byte) 0x89});

      assertThat(client.readUntilClose()).isEqualTo(1008);
    }
  }

  @Test
  @SuppressWarnings("ThreadSleep")
  void aConnectionThatIsIdleBetweenMessagesIsNotBlamed() throws Exception {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/stall")) {
      client.send("x");
      assertThat(client.read().text()).isEqualTo("x");
      Thread.sleep(BRIEF.multipliedBy(2)); // the idle time
      client.send("y");

      assertThat(client.read().text()).isEqualTo("y");
    }
  }

  @Test
  @SuppressWarnings("ThreadSleep")
  void aMessageIsNotBlamedForAPauseOfThisSide() throws Exception {
    byte[] large = frame(BINARY, new byte[100_000]);
    int head = large.length - 10;
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/gated")) {
      client.write(large);
      client.write(large);
      client.write(Arrays.copyOf(large, head));
      Thread.sleep(BRIEF.multipliedBy(3)); // the program takes nothing
      gate.countDown();
      assertThat(sizes.poll(10, TimeUnit.SECONDS)).isEqualTo(100_000);
      client.write(Arrays.copyOfRange(large, head, large.length));

      assertThat(sizes.poll(10, TimeUnit.SECONDS)).isEqualTo(100_000);
      assertThat(sizes.poll(10, TimeUnit.SECONDS)).isEqualTo(100_000);
    }
  }

  @Test
  void aPeerThatStopsReadingIsEndedThoughItTalks() throws Exception {
    try (RawWebSocket client = RawWebSocket.connectSmall(server.port(), "/pour")) {
      client.send("go");
      client.write(frame(PING, new byte[0]));

      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("closed 1008");
      assertThat(client).isNotNull();
    }
  }

  @Test
  @SuppressWarnings("ThreadSleep")
  void aPeerThatReadsSlowlyIsAliveThoughItsPongIsBehindAllThat() throws Exception {
    try (RawWebSocket client = RawWebSocket.connectSmall(server.port(), "/watched")) {
      client.send("go");
      for (int i = 0; i < 13; i++) {
        client.skip(800_000);
        Thread.sleep(100); // the slow reader that this test is about
      }

      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.waiting()).isEmpty();
    }
  }

  @Test
  void aCloseThatStopsIsClosedWith1008() throws IOException {
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/stall")) {
      client.write(new byte[] {(byte) (0x80 | CLOSE), (byte) 0x82, 0, 0});

      assertThat(client.readUntilClose()).isEqualTo(1008);
      client.write(frame(PONG, new byte[0]));
      assertThat(client.isAtEnd()).isTrue();
    }
  }
}
