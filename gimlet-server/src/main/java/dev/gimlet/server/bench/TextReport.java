package dev.gimlet.server.bench;

import dev.gimlet.websocket.CloseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A result as lines for a terminal, with a small picture of the percentiles.
public final class TextReport {

  private static final int WIDTH = 40;

  private TextReport() {}

  /// The lines.
  public static List<String> lines(BenchResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d messages in %.1f s: %,.0f per second, over %,d connections",
            result.receivedInTime(),
            result.seconds(),
            result.rate(),
            result.options().connections()));
    double max = result.maxMillis();
    for (double percentile : BenchResult.PERCENTILES) {
      lines.add(bar(BenchResult.name(percentile), result.percentileMillis(percentile), max));
    }
    lines.add(bar("max", max, max));
    lines.add(
        String.format(
            Locale.ROOT,
            "sent %,d, lost %,d, duplicated %,d, reordered %,d",
            result.sent(),
            result.lost(),
            result.duplicated(),
            result.reordered()));
    addTroubles(result, lines);
    return lines;
  }

  private static void addTroubles(BenchResult result, List<String> lines) {
    if (result.refused() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d messages could not leave: the server does not read",
              result.refused()));
    }
    if (result.endedEarly() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "the server ended %,d of %,d connections (%s): the run stopped there",
              result.endedEarly(),
              result.options().connections(),
              result.firstEnd()));
    }
    if (result.options().slowReaders() > 0) {
      lines.add(slowReaders(result));
    }
    if (result.isClientTheBottleneck()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "the client used %.0f %% of its core: it, and not the server, was the bottleneck",
              100 * result.clientBusy()));
    }
  }

  private static String slowReaders(BenchResult result) {
    String codes =
        result.slowReaderEnds().entrySet().stream()
            .map(end -> slowReaderEnds(end.getValue(), end.getKey()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "slow readers: %,d of %,d closed by the server%s",
        result.slowReadersClosed(),
        result.options().slowReaders(),
        codes.isEmpty() ? "" : " (" + codes + ")");
  }

  private static String slowReaderEnds(int count, int code) {
    return code == CloseStatus.ABNORMAL_CLOSURE
        ? String.format(Locale.ROOT, "%,d cut without a code", count)
        : String.format(Locale.ROOT, "%,d with %d", count, code);
  }

  private static String bar(String name, double millis, double max) {
    int length = max == 0 ? 0 : Math.max(1, (int) Math.round(WIDTH * millis / max));
    return String.format(Locale.ROOT, "  %-7s %10.3f ms  %s", name, millis, "#".repeat(length));
  }
}
