package dev.gimlet.server.chat;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who is in a room, and who came and went since the last notice.
///
/// Owned by its room: every method is called under the room's lock. One name on two connections is
/// one person. A person who leaves and comes back between two notices did neither.
final class Roster {

  static final int MAX_NAMES_IN_NOTICE = 20;
  static final int MAX_NAMES_PRESENT = 100;

  private final Map<String, Integer> connectionsByName = new LinkedHashMap<>();
  private final Set<String> joined = new LinkedHashSet<>();
  private final Set<String> left = new LinkedHashSet<>();

  void enter(String name) {
    boolean first = connectionsByName.merge(name, 1, Integer::sum) == 1;
    if (first && !left.remove(name)) {
      joined.add(name);
    }
  }

  void leave(String name) {
    boolean last = connectionsByName.merge(name, -1, Roster::sumOrNone) == null;
    if (last && !joined.remove(name)) {
      left.add(name);
    }
  }

  @SuppressWarnings("NullAway") // null removes the entry, Map.merge
  private static Integer sumOrNone(Integer connections, Integer change) {
    int sum = connections + change;
    return sum == 0 ? null : sum;
  }

  boolean hasNews() {
    return !joined.isEmpty() || !left.isEmpty();
  }

  /// The news since the last call.
  ChatEvent.PeopleNotice takeNotice() {
    var notice =
        new ChatEvent.PeopleNotice(
            first(MAX_NAMES_IN_NOTICE, joined), first(MAX_NAMES_IN_NOTICE, left), present());
    joined.clear();
    left.clear();
    return notice;
  }

  ChatEvent.Present present() {
    Set<String> names = connectionsByName.keySet();
    return new ChatEvent.Present(first(MAX_NAMES_PRESENT, names).names(), names.size());
  }

  private static ChatEvent.Names first(int limit, Collection<String> names) {
    List<String> first = names.stream().limit(limit).toList();
    return new ChatEvent.Names(first, names.size() - first.size());
  }
}
