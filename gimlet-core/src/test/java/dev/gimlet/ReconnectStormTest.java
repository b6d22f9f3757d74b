package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Floods;
import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All clients but a few lose their connections in the same moment and come back at once.
///
/// Three processes, so that each has its own share of the processor and of the descriptors: the
/// server, those who come back, and here those who stayed.
@Timeout(600)
@EnabledOnOs(OS.LINUX) // any address of 127.0.0.0/8 is this machine
@Slow
final class ReconnectStormTest {
  private static final int CLIENTS = Floods.of(1000, 15_000);
  private static final int ADMITTED_PER_SECOND = Floods.of(100, 1000); // a tenth of the clients
  private static final int STAYING = 10;
  private static final Duration PACE = Duration.ofMillis(20); // of each who stayed
  private static final int QUIET_ECHOES = 500;

  private static final Duration MOST = Duration.ofSeconds(Floods.of(60, 120));

  // For a quiet machine; on another one, echoes are late before the storm, too.
  private static final double MOST_P99_MILLIS = Floods.of(2000, 10_000);
  private static final int OF_BEFORE = 10;

  /// Echoes of those who stayed. Thread-safe: concurrent queues.
  private static final class Echoes {
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();

    private String figures() {
      return "p50 %.1f ms, p99 %.1f ms, longest %.1f ms, of %d"
          .formatted(millis(0.5), millis(0.99), millis(1), nanos.size());
    }

    private double millis(double part) {
      List<Long> sorted = nanos.stream().sorted().toList();
      return sorted.get((int) Math.ceil(part * sorted.size()) - 1) / 1e6;
    }
  }

  private final Echoes quiet = new Echoes();
  private final Echoes storm = new Echoes();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile Echoes now = quiet;
  private volatile boolean over;

  static int[] rates() {
    return new int[] {0, ADMITTED_PER_SECOND};
  }

  @ParameterizedTest
  @MethodSource("rates")
  void isServedInBoundedTimeWithTheRestUndisturbed(int perSecond, TestReporter reporter)
      throws Exception {
    try (ChildServer server = server(perSecond);
        StormClients clients = StormClients.connect(server.port(), CLIENTS)) {
      List<Thread> watchers = new ArrayList<>();
      for (int i = 0; i < STAYING; i++) {
        RawWebSocket staying = RawWebSocket.connect(server.port(), "/echo");
        watchers.add(
            Thread.ofVirtual()
                .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                .start(() -> watch(staying)));
      }
      awaitEchoes(QUIET_ECHOES);

      now = storm;
      StormClients.Return back = clients.comeBack();
      over = true;
      for (Thread watcher : watchers) {
        watcher.join();
      }

      reporter.publishEntry(
          "%d clients, admission %d per second: back after %d ms, refused %d times, lost %d times; echo of those who stayed: before %s; meanwhile %s"
              .formatted(
                  CLIENTS,
                  perSecond,
                  back.time().toMillis(),
                  back.refusals(),
                  back.losses(),
                  quiet.figures(),
                  storm.figures()));
      assertThat(failures).isEmpty();
      assertThat(back.refusals() > 0).isEqualTo(perSecond > 0);
      assertThat(back.losses()).isLessThanOrEqualTo(CLIENTS / 100);
      assertThat(back.time()).isLessThan(MOST);
      assertThat(storm.millis(0.99)).isLessThan(MOST_P99_MILLIS + OF_BEFORE * quiet.millis(0.99));
    }
  }

  private static ChildServer server(int perSecond) throws IOException {
    return ChildServer.start(
        "ulimit -n $(ulimit -Hn)",
        List.of("-XX:TieredStopAtLevel=4"),
        "25000",
        "8000",
        Integer.toString(perSecond));
  }

  @SuppressWarnings("ThreadSleep")
  private void awaitEchoes(int count) throws InterruptedException {
    while (quiet.nanos.size() < count && failures.isEmpty()) {
      Thread.sleep(10); // the pace of those who stayed
    }
  }

  /// Sends at its pace whatever happens; an answer that is late makes the next ones late, too.
  private void watch(RawWebSocket client) {
    try (client) {
      long due = System.nanoTime();
      while (!over) {
        Echoes phase = now;
        client.send("still here");
        assertThat(client.read().text()).isEqualTo("still here");
        phase.nanos.add(System.nanoTime() - due);
        due += PACE.toNanos();
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
