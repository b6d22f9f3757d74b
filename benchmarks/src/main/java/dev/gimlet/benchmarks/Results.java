package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What all rounds have measured so far. Owned by the main thread.
final class Results {

  /// A server and the work it was given.
  private record Cell(String peer, Case which) {}

  private final Map<Cell, List<Measurement>> speeds = new LinkedHashMap<>();
  private final Map<Cell, List<Footprint>> footprints = new LinkedHashMap<>();
  private final Map<Cell, List<Stall>> stalls = new LinkedHashMap<>();
  private final Map<Cell, String> failures = new LinkedHashMap<>();

  void add(Peer peer, Case which, Measurement measurement) {
    speeds.computeIfAbsent(cell(peer, which), _ -> new ArrayList<>()).add(measurement);
  }

  void add(Peer peer, Case which, Footprint footprint) {
    footprints.computeIfAbsent(cell(peer, which), _ -> new ArrayList<>()).add(footprint);
  }

  void add(Peer peer, Case which, Stall stall) {
    stalls.computeIfAbsent(cell(peer, which), _ -> new ArrayList<>()).add(stall);
  }

  List<Stall> stalls(Peer peer, Case which) {
    return stalls.getOrDefault(cell(peer, which), List.of());
  }

  /// A server that failed once is not measured with that case again.
  void addFailure(Peer peer, Case which, Exception failure) {
    String message = failure.getMessage();
    failures.put(cell(peer, which), message == null ? failure.toString() : message);
  }

  List<Measurement> speeds(Peer peer, Case which) {
    return speeds.getOrDefault(cell(peer, which), List.of());
  }

  List<Footprint> footprints(Peer peer, Case which) {
    return footprints.getOrDefault(cell(peer, which), List.of());
  }

  /// What went wrong, if anything did.
  Optional<String> failure(Peer peer, Case which) {
    return Optional.ofNullable(failures.get(cell(peer, which)));
  }

  boolean hasFailures() {
    return !failures.isEmpty();
  }

  static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
    double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /// The median of what one is of the other, each measured beside it; NaN when there is no pair.
  static <T> double medianRatio(List<T> these, List<T> those, ToDoubleFunction<T> figure) {
    List<Integer> pairs = IntStream.range(0, Math.min(these.size(), those.size())).boxed().toList();
    return pairs.isEmpty()
        ? Double.NaN
        : median(
            pairs,
            pair -> figure.applyAsDouble(these.get(pair)) / figure.applyAsDouble(those.get(pair)));
  }

  /// Half of what lies between the quarters, as a part of the median: half of all are nearer to it.
  static <T> double spread(List<T> all, ToDoubleFunction<T> figure) {
    double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
    int quarter = sorted.length / 4;
    return (sorted[sorted.length - 1 - quarter] - sorted[quarter]) / 2 / median(all, figure);
  }

  private static Cell cell(Peer peer, Case which) {
    return new Cell(peer.name(), which);
  }
}
