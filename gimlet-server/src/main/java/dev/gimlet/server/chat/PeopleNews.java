package dev.gimlet.server.chat;

import dev.gimlet.room.Room;
import dev.gimlet.server.chat.ChatEvent.Names;
import dev.gimlet.server.chat.ChatEvent.PeopleNotice;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.PresenceStore.Presence;
import dev.gimlet.spi.Present;
import dev.gimlet.websocket.PreparedMessage;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;

/// Makes events for people from notices about members: once for a notice, however many hear it.
///
/// Thread-safe: the array is atomic. It only saves work; rooms that share a place in it, or threads
/// that meet there, make an event twice.
final class PeopleNews {

  private static final int PLACES = 64;

  private record Made(PresenceNotice notice, CompletableFuture<Optional<PreparedMessage>> event) {}

  private final AtomicReferenceArray<Made> latest = new AtomicReferenceArray<>(PLACES);

  /// The event of a notice; empty when no person came or went.
  CompletableFuture<Optional<PreparedMessage>> event(Room room, PresenceNotice notice) {
    int place = Math.floorMod(room.name().hashCode(), PLACES);
    Made known = latest.get(place);
    if (known != null && isSame(known.notice, notice)) {
      return known.event;
    }
    CompletableFuture<Optional<PreparedMessage>> event =
        room.presence(Crowd.MAX_MEMBERS).thenApply(presence -> encoded(notice, presence));
    latest.set(place, new Made(notice, event));
    return event;
  }

  @SuppressWarnings("ReferenceEquality") // an equal notice of another time is another notice
  private static boolean isSame(PresenceNotice one, PresenceNotice other) {
    return one == other;
  }

  private static Optional<PreparedMessage> encoded(PresenceNotice notice, Presence presence) {
    PeopleNotice people = people(notice, presence);
    boolean isNews =
        !people.namesAll()
            || !people.joined().names().isEmpty()
            || !people.left().names().isEmpty();
    return isNews ? Optional.of(PreparedMessage.of(ChatJson.encode(people))) : Optional.empty();
  }

  /// Whoever has another connection in the room did not come or go.
  static PeopleNotice people(PresenceNotice notice, Presence presence) {
    Set<String> arrivals = notice.joined().stream().map(Present::id).collect(Collectors.toSet());
    Set<String> present = names(presence.members());
    Set<String> werePresent =
        names(
            presence.members().stream().filter(member -> !arrivals.contains(member.id())).toList());
    Set<String> left = names(notice.left());
    Set<String> joined = names(notice.joined());
    joined.removeAll(werePresent);
    joined.removeAll(left);
    left.removeAll(present);
    return new PeopleNotice(
        new Names(List.copyOf(joined), notice.moreJoined()),
        new Names(List.copyOf(left), notice.moreLeft()),
        Crowd.of(presence));
  }

  private static Set<String> names(Collection<Present> members) {
    return members.stream()
        .map(Present::user)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
