package dev.gimlet.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.room.RoomCounts;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {

  private static final SocketAddress PEER = new InetSocketAddress(1);
  private static final Set<Thread.State> WAITS = Set.of(Thread.State.BLOCKED, Thread.State.WAITING);

  private final AtomicLong nanos = new AtomicLong();
  private final ServerMetrics metrics = new ServerMetrics(nanos::get);

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void beginAtZeroWithAllTheirLabels() {
    assertThat(metrics.scrape().lines().filter(line -> line.startsWith("gimlet_")))
        .contains(
            "gimlet_websockets 0.0",
            "gimlet_websockets_closed_total{class=\"policy\"} 0.0",
            "gimlet_handshakes_refused_total{reason=\"origin\"} 0.0")
        .allMatch(line -> line.endsWith(" 0.0"));
  }

  @Test
  void tellHowOftenAndHowLongLoopsWereHeld() {
    metrics.loopBlocked("gimlet-loop-1", Duration.ofMillis(210), List.of());
    metrics.loopFreed("gimlet-loop-1", Duration.ofMillis(1500));

    assertThat(metrics.scrape().lines())
        .contains("gimlet_loop_blocked_total 1.0", "gimlet_loop_blocked_seconds_total 1.5");
  }

  @Test
  void tellALimitFromGoingDown() {
    metrics.refused(PEER, 503, "too many connections");
    metrics.draining(Duration.ofSeconds(5));
    metrics.refused(PEER, 503, "the server is going down");

    assertThat(metrics.scrape().lines())
        .contains(
            "gimlet_handshakes_refused_total{reason=\"limit\"} 1.0",
            "gimlet_handshakes_refused_total{reason=\"draining\"} 1.0",
            "gimlet_draining 1.0");
  }

  @Test
  void areWrittenOnceInASecond() {
    String before = metrics.scrape();
    metrics.loopBlocked("gimlet-loop-1", Duration.ofMillis(210), List.of());

    nanos.addAndGet(999_999_999);
    assertThat(metrics.scrape()).isSameAs(before);

    nanos.addAndGet(1);
    assertThat(metrics.scrape().lines()).contains("gimlet_loop_blocked_total 1.0");
  }

  @Test
  void askOnceForTheCountsOfRooms() {
    AtomicInteger asked = new AtomicInteger();
    metrics.watch(() -> new RoomCounts(asked.incrementAndGet(), 2, 3, 4, 5));

    assertThat(metrics.scrape().lines())
        .contains(
            "gimlet_rooms 1.0",
            "gimlet_room_members 2.0",
            "gimlet_publications_total 3.0",
            "gimlet_deliveries_total 4.0",
            "gimlet_room_waiting_bytes 5.0");
    assertThat(asked).hasValue(1);
  }

  @Test
  void areWrittenByOneThreadForAllThatAskMeanwhile() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch slow = new CountDownLatch(1);
    metrics.watch(() -> {
      asked.incrementAndGet();
      awaitUninterrupted(slow);
      return new RoomCounts(1, 2, 3, 4, 5);
    });

    List<Thread> threads = List.of(new Thread(metrics::scrape), new Thread(metrics::scrape));
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      while (!WAITS.contains(thread.getState())) {
        Thread.onSpinWait();
      }
    }
    slow.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(asked).hasValue(1);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void tellAboutTheProcess() {
    assertThat(metrics.scrape())
        .contains(
            "jvm_memory_used_bytes{area=\"heap\"",
            "jvm_threads_live_threads",
            "process_uptime_seconds")
        .contains("jvm_buffer_memory_used_bytes{id=\"direct\"}");
  }
}
