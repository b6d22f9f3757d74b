package dev.gimlet.room;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;

/// What the histories of all rooms hold, and which of them nobody uses.
///
/// Thread-safe: one lock, this object; nothing else is called while it is held.
final class HistoryLedger {

  private static final int CHECKS = 2; // at each use: more than one room can come to be
  private static final int CHECKS_WHEN_FULL = 64;

  private record Entry(long bytes, Instant forgetAt, Check check) {}

  /// When to look whether a room has been used since. Immutable.
  private record Check(Instant at, String room) implements Comparable<Check> {
    @Override
    public int compareTo(Check other) {
      int order = at.compareTo(other.at);
      return order == 0 ? room.compareTo(other.room) : order;
    }
  }

  private final long maxBytes;
  private final LinkedHashMap<String, Entry> rooms =
      new LinkedHashMap<>(); // the longest unused first
  private final NavigableSet<Check> checks = new TreeSet<>(); // one for each room
  private long bytes;

  HistoryLedger(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// What one room may have of all, for publications and for keys each: the rest of the rooms can
  /// always make place for it.
  long share() {
    return maxBytes / 4;
  }

  /// Notes what the room holds now; the rooms that have to be forgotten and are no longer noted.
  ///
  /// First go those that nobody may miss any more, then those that were not used for longest.
  synchronized List<String> used(String room, long roomBytes, Instant forgetAt, Instant now) {
    note(room, roomBytes, forgetAt);
    List<String> forgotten = new ArrayList<>(0);
    for (int i = 0; i < (bytes > maxBytes ? CHECKS_WHEN_FULL : CHECKS) && isCheckDue(now); i++) {
      check(checks.removeFirst(), now, forgotten);
    }
    while (bytes > maxBytes && rooms.size() > 1) {
      forget(rooms.firstEntry().getKey(), forgotten);
    }
    return forgotten;
  }

  private void note(String room, long roomBytes, Instant forgetAt) {
    Entry before = rooms.get(room);
    Check check = before == null ? new Check(forgetAt, room) : before.check;
    if (before == null) {
      checks.add(check);
    }
    rooms.putLast(room, new Entry(roomBytes, forgetAt, check));
    bytes += roomBytes - (before == null ? 0 : before.bytes);
  }

  private boolean isCheckDue(Instant now) {
    return !checks.isEmpty() && checks.first().at.isBefore(now);
  }

  private void check(Check due, Instant now, List<String> forgotten) {
    Entry entry = Objects.requireNonNull(rooms.get(due.room));
    if (entry.forgetAt.isBefore(now)) {
      forget(due.room, forgotten);
    } else {
      Check next = new Check(entry.forgetAt, due.room);
      checks.add(next);
      rooms.replace(due.room, new Entry(entry.bytes, entry.forgetAt, next));
    }
  }

  private void forget(String room, List<String> forgotten) {
    strike(room);
    forgotten.add(room);
  }

  /// The room holds nothing any more that could be forgotten.
  synchronized void strike(String room) {
    Entry before = rooms.remove(room);
    if (before != null) {
      checks.remove(before.check);
      bytes -= before.bytes;
    }
  }

  /// Whether the room is noted.
  synchronized boolean knows(String room) {
    return rooms.containsKey(room);
  }

  synchronized long bytes() {
    return bytes;
  }
}
