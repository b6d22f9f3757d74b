package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.Measurement;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Gives all cases to all servers, in rounds, the servers in another order each time.
///
/// Where speed is measured all servers run at once and work by turns: what the machine does in one
/// minute and not in the next, it does to all of them.
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
        if (which.isSpeed()) {
          race(order, which, when);
        } else {
          order.forEach(peer -> attempt(peer, which, when, () -> measure(peer, which)));
        }
      }
    }
    return results;
  }

  private void race(List<Peer> peers, Case which, String when) {
    List<Contestant> contestants = new ArrayList<>();
    try {
      for (Peer peer : peers) {
        attempt(
            peer,
            which,
            when,
            () -> {
              contestants.add(bench.contestant(peer, which));
              return "";
            });
      }
      Conditions conditions = bench.conditions();
      int warmup = (int) Math.ceil(conditions.warmup() / conditions.seconds());
      for (int turn = 0; turn < warmup + conditions.turns(); turn++) {
        boolean counts = turn >= warmup;
        Collections.shuffle(contestants);
        contestants.forEach(
            each -> attempt(each.peer(), which, when, () -> take(each, which, counts)));
      }
    } finally {
      contestants.forEach(each -> end(each, which, when));
    }
  }

  private String take(Contestant contestant, Case which, boolean counts) throws IOException {
    Measurement measured = contestant.turn(bench.conditions().seconds());
    if (counts) {
      results.add(contestant.peer(), which, measured);
    }
    return "";
  }

  private void end(Contestant contestant, Case which, String when) {
    Peer peer = contestant.peer();
    try {
      contestant.close();
    } catch (IOException failure) {
      attempt(
          peer,
          which,
          when,
          () -> {
            throw failure;
          });
    }
    attempt(peer, which, when, () -> outcome(peer, which));
  }

  private String outcome(Peer peer, Case which) {
    double perSecond = Results.median(results.speeds(peer, which), Measurement::messagesPerSecond);
    return String.format(Locale.ROOT, "%,10.0f/s", perSecond);
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
    Stall stall = bench.stall(peer, which);
    results.add(peer, which, stall);
    return String.format(Locale.ROOT, "%10.2f times the p99", stall.ratio());
  }

  /// A step that may fail, and what it has to tell, if anything, when it does not.
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
    if (outcome.isEmpty()) {
      return;
    }
    progress.printf("%-15s %-18s %-14s %s%n", when, which.label(), peer.name(), outcome);
  }
}
