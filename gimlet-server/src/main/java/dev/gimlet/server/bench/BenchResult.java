package dev.gimlet.server.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// What a run has counted. Immutable, but for the histogram, which nobody writes to any more.
///
/// `receivedInTime` came within the measured `seconds`, `received` also later; `clientBusy` is the
/// part of its core that the client used, from 0 to 1; `refused` are messages that could not even
/// be handed over; `endedEarly` are connections that the server ended, `firstEnd` is why the first
/// of them did; `slowReaderEnds` is how many of the slow readers the server closed with each code.
public record BenchResult(
    BenchOptions options,
    double seconds,
    long sent,
    long receivedInTime,
    long received,
    long lost,
    long duplicated,
    long reordered,
    long refused,
    int endedEarly,
    String firstEnd,
    SortedMap<Integer, Integer> slowReaderEnds,
    double clientBusy,
    Histogram latency) {

  static final List<Double> PERCENTILES = List.of(50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99);

  /// The figures there are, in their order.
  static final List<String> NAMES =
      Stream.of(
              Stream.of("seconds", "connections", "sent", "received", "rate", "lost"),
              Stream.of("duplicated", "reordered", "refused", "endedEarly", "slowReadersClosed"),
              Stream.of("clientBusy", "mean"),
              PERCENTILES.stream().map(BenchResult::name),
              Stream.of("max"))
          .flatMap(names -> names)
          .toList();

  private static final double BUSY = 0.85;
  private static final double NANOS_PER_MILLI = 1e6;

  /// Messages received per second of the measured time.
  public double rate() {
    return receivedInTime / seconds;
  }

  /// A percentile of the latency in milliseconds.
  double percentileMillis(double percentile) {
    return latency.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
  }

  double maxMillis() {
    return latency.getMaxValue() / NANOS_PER_MILLI;
  }

  double meanMillis() {
    return received == 0 ? 0 : latency.getMean() / NANOS_PER_MILLI;
  }

  /// Slow readers that the server closed.
  int slowReadersClosed() {
    return slowReaderEnds.values().stream().mapToInt(Integer::intValue).sum();
  }

  /// Whether this side had no time left: then the figures are about it, and not about the server.
  public boolean isClientTheBottleneck() {
    return clientBusy >= BUSY;
  }

  /// All figures by name, as `--json` writes and `--assert` reads them; times in milliseconds.
  public Map<String, Number> figures() {
    Map<String, Number> figures = new LinkedHashMap<>();
    figures.put("seconds", seconds);
    figures.put("connections", options.connections());
    figures.put("sent", sent);
    figures.put("received", received);
    figures.put("rate", rate());
    figures.put("lost", lost);
    figures.put("duplicated", duplicated);
    figures.put("reordered", reordered);
    figures.put("refused", refused);
    figures.put("endedEarly", endedEarly);
    figures.put("slowReadersClosed", slowReadersClosed());
    figures.put("clientBusy", clientBusy);
    figures.put("mean", meanMillis());
    PERCENTILES.forEach(each -> figures.put(name(each), percentileMillis(each)));
    figures.put("max", maxMillis());
    return figures;
  }

  static String name(double percentile) {
    String number = Double.toString(percentile);
    return "p" + (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number);
  }
}
