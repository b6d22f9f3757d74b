package dev.gimlet.room;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the histories of all rooms hold, and which of them has not been used for longest.
///
/// Thread-safe: one lock, this object; nothing else is called while it is held.
final class HistoryLedger {

  private static final int IDLE_CHECKS = 2; // at each use: more than one room can come to be

  private record Entry(long bytes, Instant forgetAt) {}

  private final long maxBytes;
  private final Map<String, Entry> rooms = new LinkedHashMap<>(16, 0.75f, true);
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
  synchronized List<String> used(String room, long roomBytes, Instant forgetAt, Instant now) {
    note(room, roomBytes, forgetAt);
    List<String> forgotten = List.of();
    Iterator<Map.Entry<String, Entry>> oldest = rooms.entrySet().iterator();
    for (int i = 0; oldest.hasNext(); i++) {
      Map.Entry<String, Entry> candidate = oldest.next();
      boolean isIdle = i < IDLE_CHECKS && candidate.getValue().forgetAt.isBefore(now);
      if (candidate.getKey().equals(room) || (bytes <= maxBytes && !isIdle)) {
        break;
      }
      forgotten = forgotten.isEmpty() ? new ArrayList<>() : forgotten;
      forgotten.add(candidate.getKey());
      bytes -= candidate.getValue().bytes;
      oldest.remove();
    }
    return forgotten;
  }

  private void note(String room, long roomBytes, Instant forgetAt) {
    Entry before = rooms.put(room, new Entry(roomBytes, forgetAt));
    bytes += roomBytes - (before == null ? 0 : before.bytes);
  }

  /// The room holds nothing any more that could be forgotten.
  synchronized void strike(String room) {
    Entry before = rooms.remove(room);
    bytes -= before == null ? 0 : before.bytes;
  }

  /// Whether the room is noted.
  synchronized boolean knows(String room) {
    return rooms.containsKey(room);
  }

  synchronized long bytes() {
    return bytes;
  }
}
