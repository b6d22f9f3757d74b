package dev.gimlet.room;

import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.ServerEvents;

/// What all rooms of a program share. Immutable; its parts are thread-safe.
record RoomServices(
    PresenceStore presence, ServerEvents events, Delay delay, RoomCounters counters) {

  /// What the listener throws reaches no room.
  RoomServices {
    events = ServerEvents.all(events);
  }
}
