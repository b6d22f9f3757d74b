package dev.gimlet.spi;

import java.util.List;

/// What became of the wish to go on from a position. Immutable.
public sealed interface Recovery {

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
