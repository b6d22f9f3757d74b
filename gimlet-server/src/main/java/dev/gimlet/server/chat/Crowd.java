package dev.gimlet.server.chat;

import dev.gimlet.spi.PresenceStore.Presence;
import dev.gimlet.spi.Present;
import java.util.List;

/// The people in a room: the names of some, and how many there are. Immutable.
///
/// One name on two connections is one person. Members without a name, such as raw ones, are no
/// people.
record Crowd(List<String> names, int count) {

  /// So many members are looked at. In a room with more, the count is that of all members.
  static final int MAX_MEMBERS = 200;

  static final int MAX_NAMES = 100;

  /// Whether nobody is there but those named.
  boolean namesAll() {
    return names.size() == count;
  }

  static Crowd of(Presence presence) {
    List<String> names =
        presence.members().stream()
            .map(Present::user)
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList();
    boolean isComplete = presence.members().size() == presence.count();
    return new Crowd(
        names.stream().limit(MAX_NAMES).toList(), isComplete ? names.size() : presence.count());
  }
}
