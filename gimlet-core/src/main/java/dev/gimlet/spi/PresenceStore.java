package dev.gimlet.spi;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Who is in a room now, on any node.
///
/// Implementations are thread-safe and never block a caller; failures complete the future with a
/// [BrokerException] within 5 seconds. A store keeps what its node has entered alive by itself, and
/// what a dead node had entered vanishes within 60 seconds.
public interface PresenceStore extends AutoCloseable {

  /// The member is there, until it is removed or this node dies.
  CompletableFuture<Void> enter(String room, Present member);

  /// The member is gone; safe to call for one that never entered.
  CompletableFuture<Void> leave(String room, Present member);

  /// Those who are there, at most `limit` of them, and how many there are in all.
  CompletableFuture<Presence> presence(String room, int limit);

  /// Ends; what this node has entered is removed where that can be done.
  @Override
  void close();

  /// Some of the members of a room, and the number of all. Immutable.
  record Presence(List<Present> members, int count) {

    /// Copies the list.
    public Presence {
      members = List.copyOf(members);
    }
  }
}
