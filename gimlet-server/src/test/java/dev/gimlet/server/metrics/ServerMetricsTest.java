package dev.gimlet.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {

  private static final SocketAddress PEER = new InetSocketAddress(1);

  private final ServerMetrics metrics = new ServerMetrics();

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
  void tellAboutTheProcess() {
    assertThat(metrics.scrape())
        .contains(
            "jvm_memory_used_bytes{area=\"heap\"",
            "jvm_threads_live_threads",
            "process_uptime_seconds")
        .contains("jvm_buffer_memory_used_bytes{id=\"direct\"}");
  }
}
