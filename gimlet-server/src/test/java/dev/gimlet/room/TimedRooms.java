package dev.gimlet.room;

import dev.gimlet.spi.ServerEvents;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/// Rooms in memory whose time a test owns.
public final class TimedRooms {

  private TimedRooms() {}

  /// Rooms with this clock, which do something later through `later`.
  public static Rooms create(InstantSource clock, BiConsumer<Duration, Runnable> later) {
    return Rooms.create(
        new InMemoryBroker(InMemoryBroker.DEFAULT_HISTORY_BYTES, clock),
        new InMemoryPresenceStore(),
        ServerEvents.NONE,
        later::accept);
  }
}
