package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.testing.Floods;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A client costs no thread of its own: 10,000 in one process, 500 every day.
@Timeout(600)
class ManyClientsTest {

  private static final int CLIENTS = Floods.of(500, 10_000);
  private static final int LOOPS = 2;
  private static final long MOST_BYTES_EACH = 5 << 10;

  // That of the defaults, 20 s, and every day a shorter one.
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(Floods.of(2, 20));
  private static final Duration FOR_HANDSHAKES = Duration.ofSeconds(40);

  @Slow
  @Test
  void costNoThreadAndFewBytesAndAllComeBackAfterACrash() throws Exception {
    Counting all = new Counting(CLIENTS);
    ClientOptions options =
        ClientOptions.builder()
            .eventLoops(LOOPS)
            .backOff(Duration.ofMillis(500), LONGEST_WAIT)
            .build();
    try (EchoProcess first = EchoProcess.at(0);
        WebSocketClient client = WebSocketClient.create(options)) {
      warm(client, address(first, 0));
      int threadsBefore = threads();
      long bytesBefore = usedBytes();

      List<ClientLink> links = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        ClientLink link = client.connect(address(first, i), all);
        link.send("hello");
        links.add(link);
      }
      all.echoes.arriveAndAwaitAdvance();

      int threads = threads() - threadsBefore;
      long bytesEach = (usedBytes() - bytesBefore) / CLIENTS;
      assertThat(all.opened.get()).isEqualTo(CLIENTS);
      assertThat(links).allMatch(ClientLink::isOpen);
      // The other loop, and what virtual threads run on.
      assertThat(threads).isLessThanOrEqualTo(8);
      assertThat(bytesEach).isLessThan(MOST_BYTES_EACH);

      first.kill();
      all.lost.await();
      links.forEach(link -> link.send("back"));
      try (EchoProcess _ = EchoProcess.at(first.port())) {
        long start = System.nanoTime();
        all.echoes.arriveAndAwaitAdvance();
        Duration back = Duration.ofNanos(System.nanoTime() - start);

        assertThat(back).isLessThan(LONGEST_WAIT.plus(FOR_HANDSHAKES));
        assertThat(all.opened.get()).isEqualTo(2 * CLIENTS);
        assertThat(links).allMatch(ClientLink::isOpen);
        assertThat(threads() - threadsBefore).isLessThanOrEqualTo(8);
        report(threads, bytesEach, back);
      }
    }
  }

  /// With its own lambdas, buffers and classes, the first connection costs more than the others.
  private static void warm(WebSocketClient client, URI uri) {
    Counting one = new Counting(1);
    client.connect(uri, one).send("warm");
    one.echoes.arriveAndAwaitAdvance();
  }

  /// By turns at four addresses, so that there are ports enough for 10,000 to come and go.
  private static URI address(EchoProcess server, int index) {
    return URI.create("ws://127.0.0." + (1 + index % 4) + ":" + server.port() + "/echo");
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static void report(int threads, long bytesEach, Duration back) {
    System.getLogger("gimlet.test")
        .log(
            System.Logger.Level.INFO,
            "{0} clients: {1} threads more, {2} bytes of heap each, all back after {3} ms",
            CLIENTS,
            threads,
            bytesEach,
            back.toMillis());
  }

  @Test
  void comeBackTogetherSpreadOverTheirBackOff() throws Exception {
    int clients = CLIENTS / 10;
    ClientOptions options =
        ClientOptions.builder()
            .eventLoops(LOOPS)
            .backOff(Duration.ofMillis(500), Duration.ofSeconds(2))
            .build();
    try (RunningServer server = echo();
        FaultProxy proxy = FaultProxy.to(server.port());
        WebSocketClient client = WebSocketClient.create(options)) {
      URI uri = URI.create("ws://127.0.0.1:" + proxy.port() + "/echo");
      Counting all = new Counting(clients);
      List<ClientLink> links = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        ClientLink link = client.connect(uri, all);
        link.send("hello");
        links.add(link);
      }
      all.echoes.arriveAndAwaitAdvance();

      proxy.cut();
      all.lost.await();
      links.forEach(link -> link.send("back"));
      all.echoes.arriveAndAwaitAdvance();

      assertThat(all.opened.get()).isGreaterThanOrEqualTo(2 * clients);
      assertThat(all.unsent.get()).isZero();
      long early = all.delays.stream().filter(it -> it.toMillis() < 250).count();
      assertThat(early).isBetween(clients / 4L, 3L * clients / 4);
    }
  }

  private static RunningServer echo() {
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").eventLoops(LOOPS).build());
    app.ws("/echo", WebSocketListener.onMessage(WebSocketConnection::send));
    return app.start(0);
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /// Counts what all links tell. Thread-safe: atomic numbers, one phaser, a concurrent list.
  private static final class Counting implements ClientListener {

    private final AtomicInteger opened = new AtomicInteger();
    private final CountDownLatch lost;
    private final AtomicInteger unsent = new AtomicInteger();
    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private final Phaser echoes;

    private Counting(int links) {
      lost = new CountDownLatch(links);
      echoes = new Phaser(1);
      echoes.bulkRegister(links);
    }

    @Override
    public void onOpen(ClientLink link, Opened now) {
      opened.incrementAndGet();
    }

    @Override
    public void onMessage(ClientLink link, Message message) {
      echoes.arrive();
    }

    @Override
    public void onReconnecting(ClientLink link, Reconnecting next) {
      if (next.attempt() == 1) {
        delays.add(next.delay());
        lost.countDown();
      }
    }

    @Override
    public void onUnsent(ClientLink link, Unsent message) {
      unsent.incrementAndGet();
    }
  }
}
