package dev.gimlet.spi;

import java.util.List;

/// The newest publications of a room, oldest first, and the room's position after them. Immutable.
public record History(List<Publication> publications, Position top) {

  /// Copies the list.
  public History {
    publications = List.copyOf(publications);
  }
}
