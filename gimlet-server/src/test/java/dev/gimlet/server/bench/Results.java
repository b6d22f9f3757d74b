package dev.gimlet.server.bench;

import dev.gimlet.server.load.Target;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// Results for tests of reports: of 1 s, with latencies from 1 to 100 ms.
final class Results {

  private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

  private static final Target NOWHERE =
      new Target(
          List.of(),
          80,
          "localhost",
          "/echo",
          List.of(),
          WebSocketOptions.defaults(),
          Optional.empty(),
          false,
          Target.Source.ANY);

  private Results() {}

  static BenchResult quiet() {
    return result("ws://localhost/echo", 0, 0, 0, "", 0, 0.2);
  }

  static BenchResult of(String uri) {
    return result(uri, 0, 0, 0, "", 0, 0.2);
  }

  static BenchResult busy(double clientBusy) {
    return result("ws://localhost/echo", 0, 0, 0, "", 0, clientBusy);
  }

  static BenchResult troubled() {
    return result("ws://localhost/echo", 3, 7, 2, "closed with 1011", 4, 0.2);
  }

  /// A result without any message.
  static BenchResult empty() {
    return new BenchResult(
        options("ws://localhost/echo", 0),
        1,
        50,
        0,
        0,
        50,
        0,
        0,
        0,
        0,
        "",
        none(),
        0,
        histogram(0));
  }

  private static BenchResult result(
      String uri,
      int slowReaders,
      long refused,
      int endedEarly,
      String firstEnd,
      long lost,
      double clientBusy) {
    return new BenchResult(
        options(uri, slowReaders),
        1,
        100 + lost,
        100,
        100,
        lost,
        0,
        0,
        refused,
        endedEarly,
        firstEnd,
        slowReaders == 0 ? none() : new TreeMap<>(Map.of(1008, slowReaders - 2, 1006, 1)),
        clientBusy,
        histogram(100));
  }

  private static SortedMap<Integer, Integer> none() {
    return new TreeMap<>();
  }

  private static BenchOptions options(String uri, int slowReaders) {
    return new BenchOptions(
        URI.create(uri),
        BenchOptions.Mode.ECHO,
        50,
        slowReaders,
        Duration.ofSeconds(1),
        0,
        128,
        1,
        NOWHERE);
  }

  private static Histogram histogram(int millis) {
    Histogram histogram = new Histogram(HOUR_NANOS, 3);
    for (int i = 1; i <= millis; i++) {
      histogram.recordValue(i * 1_000_000L);
    }
    return histogram;
  }
}
