package dev.gimlet.spi;

import java.util.List;

/// What became of the wish to go on from a position. Immutable.
public sealed interface Recovery {

  /// The most that is recovered, in bytes of messages: half of what an outbox holds, or a member
  /// whose outbox is too small for what it missed would be closed and come back for ever.
  long MAX_MISSED_BYTES = 512 << 10;

  /// The room's position after the recovery.
  Position top();

  /// Everything that was published after the position, oldest first: nothing is missing.
  record Recovered(List<Publication> missed, Position top) implements Recovery {

    /// Copies the list.
    public Recovered {
      missed = List.copyOf(missed);
    }
  }

  /// Something may be missing; go on from `top`. The reason is one sentence for people.
  record NotRecovered(Position top, String reason) implements Recovery {}
}
