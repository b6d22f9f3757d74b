package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Floods;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// All clients but a few lose their connections in the same moment and come back at once.
@Timeout(300)
@EnabledOnOs(OS.LINUX) // any address of 127.0.0.0/8 is this machine
final class ReconnectStormTest {
  private static final int CLIENTS = Floods.of(1000, 15_000);
  private static final int ADDRESSES = 50;
  private static final int STAYING = 10;
  private static final int DIALING_AT_FIRST = 64; // only while the test sets itself up

  // A quiet machine needs a tenth of both.
  private static final Duration MOST = Duration.ofSeconds(Floods.of(60, 120));
  private static final Duration MOST_P99 = Duration.ofSeconds(2);

  private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean over;

  @AfterEach
  void closeAll() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1000"})
  void isServedInBoundedTimeWithTheRestUndisturbed(int perSecond, TestReporter reporter)
      throws Exception {
    try (ChildServer server =
        ChildServer.start(
            "ulimit -n $(ulimit -Hn)",
            List.of("-XX:TieredStopAtLevel=4"),
            "25000",
            "8000",
            Integer.toString(perSecond))) {
      List<RawWebSocket> staying = new ArrayList<>();
      for (int i = 0; i < STAYING; i++) {
        staying.add(RawWebSocket.connect(server.port(), "/echo"));
      }
      connectAll(server.port(), new Semaphore(DIALING_AT_FIRST));
      List<Socket> lost = List.copyOf(clients);
      clients.clear();
      refused.set(0);
      List<Thread> watchers = new ArrayList<>();
      Queue<Long> echoNanos = new ConcurrentLinkedQueue<>();
      for (RawWebSocket each : staying) {
        watchers.add(Thread.ofVirtual().start(() -> watch(each, echoNanos)));
      }

      long start = System.nanoTime();
      for (Socket each : lost) {
        each.setSoLinger(true, 0);
        each.close();
      }
      connectAll(server.port(), new Semaphore(CLIENTS));
      Duration back = Duration.ofNanos(System.nanoTime() - start);
      over = true;
      for (Thread watcher : watchers) {
        watcher.join();
      }

      Duration p99 = p99(echoNanos);
      reporter.publishEntry(
          "%d clients, admission %d per second: back after %d ms, refused %d times; echo of those who stayed: p99 %d µs of %d"
              .formatted(
                  CLIENTS,
                  perSecond,
                  back.toMillis(),
                  refused.get(),
                  TimeUnit.NANOSECONDS.toMicros(p99.toNanos()),
                  echoNanos.size()));
      assertThat(clients).hasSize(CLIENTS);
      assertThat(back).isLessThan(MOST);
      assertThat(p99).isLessThan(MOST_P99);
      for (RawWebSocket each : staying) {
        each.close();
      }
    }
  }

  /// Connects all; each comes back as often and as late as it is told to.
  private void connectAll(int port, Semaphore dialing) throws InterruptedException {
    CountDownLatch connected = new CountDownLatch(CLIENTS);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < CLIENTS; i++) {
      String address = "127.0.0." + (2 + i % ADDRESSES);
      Thread.ofVirtual()
          .uncaughtExceptionHandler((_, failure) -> {
            failures.add(failure);
            connected.countDown();
          })
          .start(() -> {
            dialing.acquireUninterruptibly();
            try {
              connect(address, port);
            } finally {
              dialing.release();
            }
            connected.countDown();
          });
    }
    connected.await();
    assertThat(failures).isEmpty();
  }

  @SuppressWarnings("ThreadSleep")
  private void connect(String address, int port) {
    try {
      int wait = attempt(address, port);
      while (wait > 0) {
        refused.incrementAndGet();
        long millis = ThreadLocalRandom.current().nextLong(500L * wait, 1000L * wait);
        Thread.sleep(millis); // as a polite client does
        wait = attempt(address, port);
      }
    } catch (IOException failure) {
      throw new AssertionError(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Zero when the WebSocket is open, else after how many seconds to come back.
  private int attempt(String address, int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.getOutputStream().write(RawWebSocket.handshake("/echo", ""));
    String head = readHead(socket);
    if (head.startsWith("HTTP/1.1 101")) {
      clients.add(socket);
      return 0;
    }
    socket.close();
    assertThat(head).startsWith("HTTP/1.1 503");
    return Integer.parseInt(head.replaceFirst("(?s).*[Rr]etry-[Aa]fter: ([0-9]+).*", "$1"));
  }

  private static String readHead(Socket socket) throws IOException {
    byte[] bytes = new byte[1024];
    int length = 0;
    String head = "";
    while (!head.contains("\r\n\r\n")) {
      int read = socket.getInputStream().read(bytes, length, bytes.length - length);
      if (read < 0) {
        throw new IOException("the connection ended after \"" + head + "\"");
      }
      length += read;
      head = new String(bytes, 0, length, ISO_8859_1);
    }
    return head;
  }

  @SuppressWarnings("ThreadSleep")
  private void watch(RawWebSocket client, Queue<Long> echoNanos) {
    try {
      while (!over) {
        long start = System.nanoTime();
        client.send("still here");
        assertThat(client.read().text()).isEqualTo("still here");
        echoNanos.add(System.nanoTime() - start);
        Thread.sleep(5); // the pace of those who stayed
      }
    } catch (IOException failure) {
      throw new AssertionError(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration p99(Queue<Long> nanos) {
    List<Long> sorted = new ArrayList<>(nanos);
    assertThat(sorted).isNotEmpty();
    Collections.sort(sorted);
    return Duration.ofNanos(sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1));
  }
}
