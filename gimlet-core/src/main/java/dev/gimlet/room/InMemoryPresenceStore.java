package dev.gimlet.room;

import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.Present;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Who is in which room of a program that is one node.
///
/// Thread-safe: the concurrent map's lock for a room guards the map of its members.
final class InMemoryPresenceStore implements PresenceStore {

  private final ConcurrentMap<String, Map<String, Present>> rooms = new ConcurrentHashMap<>();

  @Override
  public CompletableFuture<Void> enter(String room, Present member) {
    Map<String, Present> _ =
        rooms.compute(
            room,
            (_, known) -> {
              Map<String, Present> members = known == null ? new LinkedHashMap<>(2) : known;
              members.put(member.id(), member);
              return members;
            });
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> leave(String room, Present member) {
    Map<String, Present> _ =
        rooms.computeIfPresent(
            room,
            (_, members) -> {
              members.remove(member.id());
              return members.isEmpty() ? null : members;
            });
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Presence> presence(String room, int limit) {
    Presence[] presence = {new Presence(List.of(), 0)};
    Map<String, Present> _ =
        rooms.computeIfPresent(
            room,
            (_, members) -> {
              presence[0] =
                  new Presence(members.values().stream().limit(limit).toList(), members.size());
              return members;
            });
    return CompletableFuture.completedFuture(presence[0]);
  }

  @Override
  public void close() {
    rooms.clear();
  }

  /// Rooms somebody is in, for tests.
  int rooms() {
    return rooms.size();
  }
}
