package dev.gimlet.room;

import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Present;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who came and who left since the last notice; whoever did both did neither.
///
/// Owned by its room: every method is called under the room's lock.
final class NoticeGatherer {

  private final Map<String, Present> joined = new LinkedHashMap<>();
  private final Map<String, Present> left = new LinkedHashMap<>();

  void joined(Present member) {
    if (left.remove(member.id()) == null) {
      joined.put(member.id(), member);
    }
  }

  void left(Present member) {
    if (joined.remove(member.id()) == null) {
      left.put(member.id(), member);
    }
  }

  boolean hasNews() {
    return !joined.isEmpty() || !left.isEmpty();
  }

  PresenceNotice take() {
    PresenceNotice notice =
        new PresenceNotice(first(joined), first(left), more(joined), more(left));
    joined.clear();
    left.clear();
    return notice;
  }

  private static List<Present> first(Map<String, Present> members) {
    Collection<Present> all = members.values();
    return all.stream().limit(PresenceNotice.MAX_NAMED).toList();
  }

  private static int more(Map<String, Present> members) {
    return Math.max(0, members.size() - PresenceNotice.MAX_NAMED);
  }
}
