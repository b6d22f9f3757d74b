package dev.gimlet.entrance;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// How many there are of each key, up to a limit; a key that nothing is of is forgotten.
///
/// So the table holds no more keys than there are connections, whatever strangers do. Thread-safe:
/// one concurrent map.
final class Counts<K> {
  private final ConcurrentMap<K, Integer> counts = new ConcurrentHashMap<>();

  /// Counts one more, unless there are as many as there may be.
  boolean add(K key, int most) {
    boolean[] added = {false};
    counts.compute(
        key,
        (_, before) -> {
          int count = before == null ? 0 : before;
          added[0] = count < most;
          return added[0] ? Integer.valueOf(count + 1) : before;
        });
    return added[0];
  }

  /// Counts one less.
  void remove(K key) {
    counts.computeIfPresent(key, (_, before) -> before == 1 ? null : before - 1);
  }

  int of(K key) {
    return counts.getOrDefault(key, 0);
  }

  /// The number of keys.
  int keys() {
    return counts.size();
  }

  /// What there is of all keys together.
  int sum() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
