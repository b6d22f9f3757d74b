package dev.gimlet.room;

import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery;

/// What waits in the queue of a group, in the order of the room.
sealed interface GroupEvent {

  // What an event costs in memory besides the payload of its message.
  int OVERHEAD_BYTES = 128;

  /// For every member of the group. Immutable.
  sealed interface ToAll extends GroupEvent {

    /// What it weighs while it waits.
    default int bytes() {
      return OVERHEAD_BYTES;
    }
  }

  /// For one member, or about one. Immutable.
  sealed interface ToOne extends GroupEvent {

    Membership membership();
  }

  /// Something was published.
  record Live(Publication publication) implements ToAll {

    @Override
    public int bytes() {
      return OVERHEAD_BYTES + publication.message().size();
    }
  }

  /// Somebody came or went.
  record Noticed(PresenceNotice notice) implements ToAll {}

  /// The broker lost the position of the room.
  record Lost(Position top, String reason) implements ToAll {}

  /// The member gets what comes after this.
  record Joined(Membership membership) implements ToOne {}

  /// The member gets nothing any more.
  record Left(Membership membership) implements ToOne {}

  /// What the broker said to the member's position.
  record RecoveryCame(Membership membership, Recovery answer) implements ToOne {}

  /// The history that a member wants on arrival.
  record HistoryCame(Membership membership, History answer) implements ToOne {}
}
