package dev.gimlet.redis;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;

/// A publication of a room with history, and the tag of the one before it. Immutable.
///
/// The tags make a chain: one that does not fit shows that Redis was set back in between.
record Stored(Position position, long previousTag, Publication publication) {

  /// Whether it is the very next one after the position, by offset.
  boolean isNextOf(Position last) {
    return position.offset() == last.offset() + 1;
  }

  /// Whether it was published after exactly that one; a position without a tag fits always.
  boolean continues(Position last) {
    return last.tag() == 0 || previousTag == last.tag();
  }
}
