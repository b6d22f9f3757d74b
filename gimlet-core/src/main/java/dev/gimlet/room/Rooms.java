package dev.gimlet.room;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The rooms of one program, by name. Thread-safe: one concurrent map.
public final class Rooms {

  private final ConcurrentMap<String, Room> rooms = new ConcurrentHashMap<>();

  /// No rooms yet.
  public Rooms() {}

  /// The room of that name, made on first use.
  public Room room(String name) {
    return rooms.computeIfAbsent(name, Room::new);
  }
}
