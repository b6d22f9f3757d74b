package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.Measurement;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Gives all cases to all servers, in rounds, the servers in another order each time.
///
/// What fails once is reported and not tried again. Owned by the main thread.
final class Rounds {
  private final Bench bench;
  private final List<Peer> peers;
  private final List<Case> cases;
  private final PrintStream progress;
  private final Results results = new Results();

  Rounds(Bench bench, List<Peer> peers, List<Case> cases, PrintStream progress) {
    this.bench = bench;
    this.peers = peers;
    this.cases = cases;
    this.progress = progress;
  }

  Results run(int rounds) {
    peers.forEach(this::check);
    for (int round = 1; round <= rounds; round++) {
      String when = "round " + round + " of " + rounds;
      for (Case which : cases) {
        List<Peer> order = new ArrayList<>(peers.stream().filter(which::suits).toList());
        Collections.shuffle(order);
        order.forEach(peer -> attempt(peer, which, when, () -> measure(peer, which)));
      }
    }
    return results;
  }

  /// Once for each kind of case: the sizes make no difference.
  private void check(Peer peer) {
    Set<Case.Kind> seen = new HashSet<>(Set.of(Case.Kind.IDLE));
    cases.stream()
        .filter(which -> which.suits(peer) && seen.add(which.kind()))
        .forEach(which -> attempt(peer, which, "check", () -> check(peer, which)));
  }

  private String check(Peer peer, Case which) throws Exception {
    bench.check(peer, which);
    return "right";
  }

  private String measure(Peer peer, Case which) throws Exception {
    if (which.kind() == Case.Kind.IDLE) {
      Footprint footprint = bench.memory(peer, which);
      results.add(peer, which, footprint);
      return String.format(Locale.ROOT, "%10.2f KiB each", footprint.kibEachCollected());
    }
    if (which.kind() == Case.Kind.STALLED) {
      Stall stall = bench.stall(peer, which);
      results.add(peer, which, stall);
      return String.format(Locale.ROOT, "%10.2f times the p99", stall.ratio());
    }
    Measurement measured = bench.speed(peer, which);
    results.add(peer, which, measured);
    return String.format(Locale.ROOT, "%,10.0f/s", measured.messagesPerSecond());
  }

  /// A step that may fail, and what it has to tell when it does not.
  private interface Step {
    String run() throws Exception;
  }

  private void attempt(Peer peer, Case which, String when, Step step) {
    if (results.failure(peer, which).isPresent()) {
      return;
    }
    String outcome;
    try {
      outcome = step.run();
    } catch (Exception failure) {
      results.addFailure(peer, which, failure);
      outcome = "failed: " + failure;
    }
    progress.printf("%-15s %-18s %-14s %s%n", when, which.label(), peer.name(), outcome);
  }
}
