package dev.gimlet.room;

import dev.gimlet.spi.Publication;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Leaves out publications that a newer one with the same key replaces within the interval.
///
/// The first of a key passes at once; those that follow wait until the interval is over, and only
/// the latest is kept. Owned by its room: every method is called under the room's lock.
final class Conflator {

  /// The most keys that an interval tells apart; those beyond pass at once.
  static final int MAX_KEYS = 10_000;

  private final Set<String> passed = new HashSet<>(); // in this interval
  private final Map<String, Publication> waiting = new LinkedHashMap<>();

  /// Whether the publication passes at once; else it waits for the end of the interval.
  boolean admit(Publication publication) {
    String key = publication.conflationKey();
    if (passed.size() < MAX_KEYS ? passed.add(key) : !passed.contains(key)) {
      return true;
    }
    waiting.remove(key); // to the end: the order is that of the latest
    waiting.put(key, publication);
    return false;
  }

  /// Whether an interval is running that has to be ended.
  boolean isRunning() {
    return !passed.isEmpty();
  }

  /// Ends the interval: what waited passes now, and a new interval begins for its keys.
  List<Publication> endInterval() {
    List<Publication> latest = new ArrayList<>(waiting.values());
    passed.clear();
    passed.addAll(waiting.keySet());
    waiting.clear();
    return latest;
  }
}
