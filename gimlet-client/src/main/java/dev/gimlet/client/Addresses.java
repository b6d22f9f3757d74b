package dev.gimlet.client;

import dev.gimlet.client.Ending.Refused;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/// The addresses of a link: which one is next, and how long that one wants to be left alone.
///
/// They are tried in turn, but for those that have asked for more time: it binds only who asked,
/// and when all have, the one that asked for least comes first. No clock: time comes with what
/// happens. Owned by the event loop of its link.
final class Addresses {

  private final List<URI> all;
  private final Map<Integer, Ending> failures = new HashMap<>(); // the last, since a connection
  private final Map<Integer, Long> untilNanos = new HashMap<>(); // for those that asked
  private int next; // index

  Addresses(List<URI> all) {
    this.all = List.copyOf(all);
  }

  URI next() {
    return all.get(next);
  }

  /// The next one answered like this; from now on another one is.
  void failed(Ending ending, long nowNanos) {
    failures.put(next, ending);
    if (ending instanceof Refused refused && refused.retryAfter().isPresent()) {
      untilNanos.put(next, nowNanos + refused.retryAfter().get().toNanos());
    } else {
      untilNanos.remove(next);
    }
    next =
        IntStream.rangeClosed(1, all.size())
            .mapToObj(step -> (next + step) % all.size())
            .reduce(BinaryOperator.minBy(Comparator.comparing(each -> asks(each, nowNanos))))
            .orElseThrow();
  }

  /// There is a connection to the next one.
  void opened() {
    failures.clear();
    untilNanos.remove(next);
  }

  /// Whether there was no connection since each was tried.
  boolean haveAllFailed() {
    return failures.size() == all.size();
  }

  /// Whether the last word of each was that nobody may come back.
  boolean areAllFinal() {
    return haveAllFailed() && failures.values().stream().allMatch(Ending::isFinal);
  }

  /// How long the next one asks to be left alone; zero when it does not.
  Duration asks(long nowNanos) {
    return asks(next, nowNanos);
  }

  private Duration asks(int address, long nowNanos) {
    return Duration.ofNanos(Math.max(0, untilNanos.getOrDefault(address, nowNanos) - nowNanos));
  }
}
