package dev.gimlet.server.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// When the last 500 messages of people were said, by id: more than the history holds.
///
/// After an outage everybody resends at once, so a resend may come later than fifty messages. Owned
/// by its room: every method is called under the room's lock.
final class RecentIds {

  static final int MAX_IDS = 500;

  private final Map<String, Said> saidById = new LinkedHashMap<>();

  void add(String id, Said said) {
    saidById.put(id, said);
    if (saidById.size() > MAX_IDS) {
      saidById.remove(saidById.keySet().iterator().next());
    }
  }

  Optional<Said> find(String id) {
    return Optional.ofNullable(saidById.get(id));
  }

  /// Who said it, and when. Immutable.
  record Said(String from, long timeMillis) {}
}
