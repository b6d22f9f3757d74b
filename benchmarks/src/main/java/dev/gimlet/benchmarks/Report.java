package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.DeliveryTime;
import dev.gimlet.benchmarks.load.Measurement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The results as Markdown: a table for each case, with medians and ratios to raw TCP.
record Report(Results results, List<Peer> peers, List<Case> cases) {

  /// A generator this busy, beside a server that is not, was what limited the figure.
  private static final double GENERATOR_FULL = 0.97;

  private static final double SERVER_FULL = 0.90;

  /// Others who use more of a core than this make the figure doubtful.
  private static final double DISTURBED = 0.05;

  /// A row and what it is sorted by.
  private record Row(double order, String cells) {}

  String markdown() {
    return versions() + cases.stream().map(this::table).collect(Collectors.joining());
  }

  private String versions() {
    return peers.stream()
        .map(peer -> "- " + peer.title() + ": " + peer.version() + "\n")
        .collect(Collectors.joining("", "Versions:\n\n", "\n"));
  }

  private String table(Case which) {
    String head = "### " + upperFirst(which.title()) + "\n\n";
    String rows =
        switch (which.kind()) {
          case IDLE -> memoryTable(which);
          case STALLED -> stallTable(which);
          case ECHO, ECHO_BINARY, BROADCAST, BROADCAST_OF_MANY -> speedTable(which);
        };
    return head + rows + "\n";
  }

  // Speed

  private String speedTable(Case which) {
    String units = which.unit().equals("delivery") ? "deliveries" : "messages";
    return "| server | %s/s | of raw | spread | CPU per %s: user + kernel | raw's CPU ÷ its"
            .formatted(units, which.unit())
        + " | server busy | generator busy | |\n|---|--:|--:|--:|--:|--:|--:|--:|---|\n"
        + join(peers.stream().map(peer -> speedRow(peer, which)).toList());
  }

  private Row speedRow(Peer peer, Case which) {
    List<Measurement> all = results.speeds(peer, which);
    if (all.isEmpty()) {
      return failedRow(peer, which, 8);
    }
    double perSecond = Results.median(all, Measurement::messagesPerSecond);
    double cpu = Results.median(all, Report::micros);
    return new Row(
        peer.isRaw() ? Double.MAX_VALUE : perSecond,
        String.format(
            Locale.ROOT,
            "| %s | %,.0f | %s | ±%.0f %% | %.2f + %.2f = %.2f µs | %s | %.0f %% | %.0f %% | %s |\n",
            peer.title(),
            perSecond,
            ratio(Results.medianRatio(all, raw(which), Measurement::messagesPerSecond)),
            100 * Results.spread(all, Measurement::messagesPerSecond),
            Results.median(all, Measurement::serverUserMicros),
            Results.median(all, Measurement::serverSystemMicros),
            cpu,
            ratio(Results.medianRatio(raw(which), all, Report::micros)),
            100 * Results.median(all, Measurement::serverShare),
            100 * Results.median(all, Measurement::generatorShare),
            remarks(all) + ofPlain(peer, which, all)));
  }

  /// With TLS: what is left of the speed without it.
  private String ofPlain(Peer peer, Case which, List<Measurement> all) {
    return peers.stream()
        .filter(peer::isSecure)
        .map(plain -> results.speeds(plain, which))
        .filter(plain -> !plain.isEmpty())
        .map(plain -> Results.medianRatio(all, plain, Measurement::messagesPerSecond))
        .map(ratio -> " " + ratio(ratio) + " of the same without TLS")
        .findFirst()
        .orElse("");
  }

  private static double micros(Measurement one) {
    return one.serverUserMicros() + one.serverSystemMicros();
  }

  static String remarks(List<Measurement> all) {
    List<String> remarks = new ArrayList<>();
    if (Results.median(all, Measurement::generatorShare) >= GENERATOR_FULL
        && Results.median(all, Measurement::serverShare) < SERVER_FULL) {
      remarks.add("the generator was the limit");
    }
    if (Results.median(all, Measurement::serverCoreOthers) > DISTURBED
        || Results.median(all, Measurement::generatorCoreOthers) > DISTURBED) {
      remarks.add("others used the cores");
    }
    return String.join("; ", remarks);
  }

  /// What the raw server did; nothing when it was not measured.
  private List<Measurement> raw(Case which) {
    return peers.stream()
        .filter(Peer::isRaw)
        .findFirst()
        .map(peer -> results.speeds(peer, which))
        .orElse(List.of());
  }

  // Memory

  private String memoryTable(Case which) {
    return "| server | KiB per connection | after a collection of garbage | empty server, MiB |\n"
        + "|---|--:|--:|--:|\n"
        + join(peers.stream().map(peer -> memoryRow(peer, which)).toList());
  }

  private Row memoryRow(Peer peer, Case which) {
    List<Footprint> all = results.footprints(peer, which);
    if (all.isEmpty()) {
      return failedRow(peer, which, 3);
    }
    double kib = Results.median(all, Footprint::kibEach);
    double collected = Results.median(all, Footprint::kibEachCollected);
    String afterCollection = peer.isOnJvm() ? String.format(Locale.ROOT, "%.2f", collected) : "";
    return new Row(
        peer.isRaw() ? Double.MAX_VALUE : -collected,
        String.format(
            Locale.ROOT,
            "| %s | %.2f | %s | %.0f |\n",
            peer.title(),
            kib,
            afterCollection,
            Results.median(all, Footprint::emptyKib) / 1024));
  }

  // Slow members

  private String stallTable(Case which) {
    return "| server | p50, p99 when all read | p50, p99 of the others | p99 ÷ p99 | ended | |\n"
        + "|---|--:|--:|--:|--:|---|\n"
        + join(peers.stream().map(peer -> stallRow(peer, which)).toList());
  }

  private Row stallRow(Peer peer, Case which) {
    List<Stall> all = results.stalls(peer, which);
    if (all.isEmpty()) {
      return failedRow(peer, which, 5);
    }
    double ratio = Results.median(all, Stall::ratio);
    return new Row(
        peer.isRaw() ? Double.MAX_VALUE : -ratio,
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %.2f | %.0f | |\n",
            peer.title(),
            times(all.stream().map(Stall::allRead).toList()),
            times(all.stream().map(Stall::someStalled).toList()),
            ratio,
            Results.median(all, stall -> stall.someStalled().ended())));
  }

  private static String times(List<DeliveryTime> all) {
    return String.format(
        Locale.ROOT,
        "%.2f, %.2f ms",
        Results.median(all, DeliveryTime::p50Millis),
        Results.median(all, DeliveryTime::p99Millis));
  }

  // All

  private Row failedRow(Peer peer, Case which, int emptyCells) {
    String cells =
        results
            .failure(peer, which)
            .map(why ->
                "| "
                    + peer.title()
                    + " |"
                    + " |".repeat(emptyCells - 1)
                    + " failed: "
                    + why
                    + " |\n")
            .orElse("");
    return new Row(-Double.MAX_VALUE, cells);
  }

  private static String join(List<Row> rows) {
    return rows.stream()
        .sorted(Comparator.comparingDouble(Row::order).reversed())
        .map(Row::cells)
        .collect(Collectors.joining());
  }

  private static String ratio(double ratio) {
    return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String upperFirst(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
