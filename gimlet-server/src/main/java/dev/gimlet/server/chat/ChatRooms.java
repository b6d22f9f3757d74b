package dev.gimlet.server.chat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// The rooms by name: all that are in use, and the 100 empty ones that were left last.
///
/// An empty room is kept so that a page that is loaded again finds its history. Thread-safe: this
/// object's lock guards both maps; no room is called while it is held.
public final class ChatRooms {

  static final int MAX_EMPTY_ROOMS = 100;

  private final ChatTools tools;
  private final Map<String, Use> inUse = new HashMap<>();
  private final Map<String, ChatRoom> empty = new LinkedHashMap<>();

  /// Rooms with these tools; the first is made when somebody enters it.
  public ChatRooms(ChatTools tools) {
    this.tools = tools;
  }

  /// The room of that name, kept until as many calls of [#release] followed.
  synchronized ChatRoom acquire(String name) {
    Use use = inUse.computeIfAbsent(name, _ -> new Use(takeEmptyOrNew(name)));
    use.connections++;
    return use.room;
  }

  private ChatRoom takeEmptyOrNew(String name) {
    ChatRoom kept = empty.remove(name);
    return kept == null ? new ChatRoom(name, tools) : kept;
  }

  synchronized void release(ChatRoom room) {
    Use use = inUse.get(room.name());
    if (use == null || use.room != room) {
      throw new IllegalStateException("room " + room.name() + " released more than acquired");
    }
    use.connections--;
    if (use.connections == 0) {
      inUse.remove(room.name());
      keep(room);
    }
  }

  private void keep(ChatRoom room) {
    empty.put(room.name(), room);
    if (empty.size() > MAX_EMPTY_ROOMS) {
      empty.remove(empty.keySet().iterator().next());
    }
  }

  /// Rooms in memory, for tests.
  synchronized int size() {
    return inUse.size() + empty.size();
  }

  private static final class Use {

    final ChatRoom room;
    int connections;

    Use(ChatRoom room) {
      this.room = room;
    }
  }
}
