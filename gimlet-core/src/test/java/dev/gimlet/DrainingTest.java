package dev.gimlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.Context;
import dev.gimlet.http.HttpException;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.WebSocketListener;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a server does between being told to close and having closed.
@Timeout(60)
final class DrainingTest {

  /// Holds the server, when asked to, at the moment between its word that it is going down and the
  /// first connection that it ends.
  ///
  /// Thread-safe: a concurrent queue, a latch and a future.
  private static final class DrainEvents implements ServerEvents {

    private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    private final CountDownLatch draining = new CountDownLatch(1);
    private volatile CompletableFuture<Void> goOn = CompletableFuture.completedFuture(null);

    void hold() {
      goOn = new CompletableFuture<>();
    }

    void letGo() {
      goOn.complete(null);
    }

    @Override
    public void draining(Duration timeout) {
      draining.countDown();
      goOn.join();
    }

    @Override
    public void refused(SocketAddress peer, int status, String reason) {
      refusals.add(status + " " + reason);
    }
  }

  private final DrainEvents events = new DrainEvents();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Gimlet app = Gimlet.bare(ServerOptions.builder().events(events).build());
  private RunningServer server;

  @BeforeEach
  void start() {
    app.get("/slow", this::answerSlowly)
        .get("/health", context -> context.text(app.isDraining() ? "draining" : "ok"))
        .ws("/echo", WebSocketListener.onMessage((connection, message) -> connection.send(message)))
        .get("/own-answer", DrainingTest::upgradeOrAnswer);
    server = app.start(0);
  }

  private void answerSlowly(Context context) throws InterruptedException {
    asked.countDown();
    answer.await();
    context.text("done");
  }

  private static void upgradeOrAnswer(Context context) {
    try {
      context.upgrade(connection -> {});
    } catch (HttpException refusal) {
      context.status(refusal.status());
      context.text("mine");
    }
  }

  @AfterEach
  void stop() {
    answer.countDown();
    events.letGo();
    server.close();
  }

  @Test
  void isNotBegunBeforeTheServerIsTold() throws Exception {
    assertThat(RawHttp.get(server.port(), "/health").body()).isEqualTo("ok");
    assertThat(server.isDraining()).isFalse();
  }

  @Test
  void answersWhatIsUnderWayAndSaysSo() throws Exception {
    try (RawHttp slow = RawHttp.connect(server.port());
        RawHttp probe = RawHttp.connect(server.port())) {
      slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
      asked.await();
      events.hold();

      CompletableFuture<Void> closed = close();
      probe.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(probe.read().body()).isEqualTo("draining");
      events.letGo();
      assertThat(probe.isAtEnd()).isTrue();
      assertThat(closed).isNotDone();
      answer.countDown();
      assertThat(slow.read().body()).isEqualTo("done");
      closed.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void answersARequestThatHadBegun() throws Exception {
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /hea");
      assertThat(client.read().body()).isEqualTo("ok"); // and what follows it has been read with it

      CompletableFuture<Void> closed = close();
      client.send("lth HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.read().body()).isEqualTo("draining");
      assertThat(client.isAtEnd()).isTrue();
      closed.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void refusesAWebSocketAndSaysWhenToComeBack() throws Exception {
    events.hold();
    try (RawHttp late = RawHttp.connect(server.port())) {
      close();
      late.send(new String(RawWebSocket.handshake("/echo", ""), UTF_8));

      RawHttp.Response refusal = late.read();
      assertThat(refusal.status()).isEqualTo(503);
      assertThat(refusal.field("Retry-After")).hasValue("2");
      assertThat(refusal.body()).contains("the server is going down");
      assertThat(events.refusals.poll(20, TimeUnit.SECONDS))
          .isEqualTo("503 the server is going down: come back in a moment");
    }
  }

  @Test
  void sendsWhatWasSentBeforeItTellsEveryoneToComeBack() throws Exception {
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      RawWebSocket client = RawWebSocket.connect(server.port(), "/echo");
      client.send("first");
      clients.add(client);
    }

    CompletableFuture<Void> closed = close();

    for (RawWebSocket client : clients) {
      assertThat(client.read().text()).isEqualTo("first");
      assertThat(client.readUntilClose()).isEqualTo(CloseStatus.GOING_AWAY.code());
      client.close();
    }
    closed.get(20, TimeUnit.SECONDS);
  }

  @Test
  void cutsEverythingOnAThreadThatIsInterrupted() throws Exception {
    try (RawHttp client = RawHttp.connect(server.port())) {
      client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("ok");

      Thread.currentThread().interrupt();
      server.close(Duration.ofSeconds(30));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(client.isAtEnd()).isTrue();
    }
    server.awaitClosed();
  }

  @Test
  void cutsEverythingOnAThreadThatIsInterruptedWhileItWaits() throws Exception {
    try (RawHttp slow = RawHttp.connect(server.port())) {
      slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
      asked.await();
      Thread closing = Thread.startVirtualThread(() -> server.close(Duration.ofSeconds(50)));
      events.draining.await();

      closing.interrupt();

      assertThat(slow.isAtEnd()).isTrue();
      assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void takesAnyTime() {
    server.close(ChronoUnit.FOREVER.getDuration());

    assertThat(server.isDraining()).isTrue();
  }

  @Slow
  @Test
  void spreadsTheClosesOfMany() throws Exception {
    int count = 1_000;
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(RawWebSocket.connect(server.port(), "/echo"));
    }
    List<CompletableFuture<Long>> ends = clients.stream().map(DrainingTest::closeTime).toList();

    close();
    long[] nanos = ends.stream().mapToLong(CompletableFuture::join).sorted().toArray();

    Duration middle = Duration.ofNanos(nanos[count * 9 / 10] - nanos[count / 10]);
    assertThat(middle).isGreaterThan(Duration.ofMillis(200)); // of 1 s, four fifths are expected
  }

  @Test
  void endsInTimeWhileAHandlerHoldsTheEventLoop() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CompletableFuture<Void> letGo = new CompletableFuture<>();
    Gimlet one = Gimlet.bare(ServerOptions.builder().eventLoops(1).build());
    one.ws(
        "/hold",
        WebSocketListener.onMessage((_, _) -> {
          held.countDown();
          letGo.join();
        }));
    RunningServer holding = one.start(0);
    try (RawWebSocket client = RawWebSocket.connect(holding.port(), "/hold")) {
      client.send("hold");
      held.await();

      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(() -> holding.close(Duration.ofSeconds(1)));

      assertThat(closed).succeedsWithin(Duration.ofSeconds(20)); // 3 s, and a slow machine
    } finally {
      letGo.complete(null);
    }
  }

  @Test
  void tellsWhenToComeBackAlsoWhenTheProgramAnswersItself() throws Exception {
    events.hold();
    try (RawHttp late = RawHttp.connect(server.port())) {
      close();
      late.send(new String(RawWebSocket.handshake("/own-answer", ""), UTF_8));

      RawHttp.Response refusal = late.read();
      assertThat(refusal.body()).isEqualTo("mine");
      assertThat(refusal.status()).isEqualTo(503);
      assertThat(refusal.field("Retry-After")).hasValue("2");
    }
  }

  @Test
  void letsAHandlerOutliveTheServer() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    CountDownLatch received = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    Gimlet outlived = Gimlet.bare();
    outlived.ws(
        "/outlive",
        connection -> {
          Thread.currentThread()
              .setUncaughtExceptionHandler((_, failure) -> told.add("" + failure));
          connection.receive();
          received.countDown();
          letGo.await();
          connection.whenClosed(_ -> told.add("closed"));
          connection.receive();
          told.add("returns");
        });
    RunningServer outlivedServer = outlived.start(0);
    try (RawWebSocket client = RawWebSocket.connect(outlivedServer.port(), "/outlive")) {
      client.send("hello");
      received.await();
      client.write(pingAndClose()); // whose answer waits until the handler has answered "hello"
      assertThat(client.read().opcode()).isEqualTo(RawWebSocket.PONG);
      outlivedServer.close(Duration.ZERO);
    }
    letGo.countDown();

    assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("closed");
    assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("returns");
    assertThat(told.poll(100, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void takesAnAnswerToItsCloseForOneAlsoWhileTheHandlerIsBusy() throws Exception {
    BlockingQueue<CloseStatus> told = new LinkedBlockingQueue<>();
    CountDownLatch letGo = new CountDownLatch(1);
    Gimlet busy = Gimlet.bare();
    busy.ws(
        "/busy",
        connection -> {
          connection.whenClosed(told::add);
          connection.send("ready");
          letGo.await();
        });
    RunningServer busyServer = busy.start(0);
    CompletableFuture<Void> closed;
    try (RawWebSocket client = RawWebSocket.connect(busyServer.port(), "/busy")) {
      assertThat(client.read().text()).isEqualTo("ready");
      closed = CompletableFuture.runAsync(busyServer::close, Thread::startVirtualThread);
      assertThat(client.readUntilClose()).isEqualTo(CloseStatus.GOING_AWAY.code());
      client.write(RawWebSocket.frame(RawWebSocket.CLOSE, RawWebSocket.closePayload(1001, "")));
    }

    assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(CloseStatus.GOING_AWAY);
    letGo.countDown();
    closed.get(20, TimeUnit.SECONDS);
  }

  private static byte[] pingAndClose() {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    frames.writeBytes(RawWebSocket.frame(RawWebSocket.PING, new byte[0]));
    frames.writeBytes(RawWebSocket.frame(RawWebSocket.CLOSE, RawWebSocket.closePayload(1000, "")));
    return frames.toByteArray();
  }

  private static CompletableFuture<Long> closeTime(RawWebSocket client) {
    CompletableFuture<Long> time = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try (client) {
        int code = client.readUntilClose();
        long now = System.nanoTime();
        assertThat(code).isEqualTo(CloseStatus.GOING_AWAY.code());
        time.complete(now);
      } catch (Throwable failure) {
        time.completeExceptionally(failure);
      }
    });
    return time;
  }

  /// Begins to close, and returns when that has been told.
  private CompletableFuture<Void> close() throws InterruptedException {
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(
            () -> server.close(Duration.ofSeconds(30)), Thread::startVirtualThread);
    events.draining.await();
    return closed;
  }
}
