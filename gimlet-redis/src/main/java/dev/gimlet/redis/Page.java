package dev.gimlet.redis;

import dev.gimlet.spi.Position;
import java.util.List;

/// What Redis answers to a read: a room's position, the time there, and publications, oldest first.
///
/// It is incomplete when an entry could not be read; what came before that entry is in the list.
/// Immutable.
record Page(Position top, long millis, List<Stored> entries, boolean isReadable) {

  Page {
    entries = List.copyOf(entries);
  }
}
