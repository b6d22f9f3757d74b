package dev.gimlet.room;

import dev.gimlet.room.GroupEvent.Live;
import dev.gimlet.room.GroupEvent.Lost;
import dev.gimlet.room.GroupEvent.Noticed;
import dev.gimlet.room.GroupEvent.ToAll;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One member in one room.
///
/// Owned by the delivery of its group, but for `left`, which whoever lets it leave sets, and
/// `answered`, which the room's lock guards.
final class Membership implements MemberFeed.Output {

  /// The place of one that its group does not have.
  static final int NOWHERE = -1;

  private static final CloseStatus FAULT =
      CloseStatus.of(CloseStatus.INTERNAL_ERROR, "internal server error");
  private static final String LOST = "a publication could not be delivered: no memory";

  private final Member member;
  private final @Nullable Present present; // null where nobody is told who is here
  private final Arrival arrival;
  private final MemberGroup group;
  private final ServerEvents events;
  private final @Nullable MemberFeed feed; // null for a plain arrival
  private int place = NOWHERE; // among the members of its group
  private boolean answered; // guarded by the room
  private volatile boolean left;

  Membership(
      Member member,
      @Nullable Present present,
      Arrival arrival,
      MemberGroup group,
      ServerEvents events) {
    this.member = member;
    this.present = present;
    this.arrival = arrival;
    this.group = group;
    this.events = events;
    this.feed = arrival instanceof Arrival.Plain ? null : new MemberFeed(this);
  }

  Member member() {
    return member;
  }

  /// How those who are told see it, from beginning to end; only where somebody is told.
  Present present() {
    return Objects.requireNonNull(present, "nobody is told");
  }

  Arrival arrival() {
    return arrival;
  }

  MemberGroup group() {
    return group;
  }

  int place() {
    return place;
  }

  void place(int place) {
    this.place = place;
  }

  /// The broker has answered: what was missed is on its way.
  void answered() {
    answered = true;
  }

  boolean isAnswered() {
    return answered;
  }

  /// Nothing is delivered any more; called by any thread.
  void leave() {
    left = true;
  }

  boolean hasLeft() {
    return left;
  }

  /// Whether what is delivered can still arrive; once it cannot, it never will.
  boolean isReachable() {
    return !left
        && (!(member instanceof WebSocketMember webSocket) || webSocket.connection().isOpen());
  }

  /// True when it was a publication and could be delivered.
  boolean take(ToAll event) {
    if (left) {
      return false;
    }
    try {
      pass(event);
    } catch (Throwable failure) { // the boundary between members
      fail(failure);
    }
    return event instanceof Live;
  }

  private void pass(ToAll event) {
    switch (event) {
      case Live live -> takePublication(live.publication());
      case Noticed noticed -> member.onNotice(noticed.notice());
      case Lost lost -> takeLoss(lost);
    }
  }

  private void takePublication(Publication publication) {
    if (feed == null) {
      deliver(publication);
    } else {
      feed.publication(publication);
    }
  }

  private void takeLoss(Lost lost) {
    if (feed != null) {
      feed.positionLost(lost.top(), lost.reason());
    }
  }

  /// The broker's answer; what became of it.
  Recovery recovered(Position since, Recovery answer) {
    return feed == null ? answer : feed.recovered(since, answer);
  }

  /// The history on arrival; what was given of it.
  History history(History answer) {
    return feed == null ? answer : feed.history(answer);
  }

  /// The group lets it go.
  void end() {
    if (feed != null) {
      feed.close();
    }
  }

  @Override
  public void deliver(Publication publication) {
    if (left) {
      return;
    }
    try {
      if (member instanceof WebSocketMember webSocket) {
        webSocket.deliver(group.room(), publication);
      } else {
        member.deliver(publication);
      }
    } catch (Throwable failure) { // the boundary between members
      fail(failure);
      if (feed != null && failure instanceof OutOfMemoryError) {
        publication.position().ifPresent(top -> positionLost(top, LOST));
      }
    }
  }

  @Override
  public void positionLost(Position top, String reason) {
    try {
      member.onPositionLost(top, reason);
    } catch (Throwable failure) { // the boundary between members
      fail(failure);
    }
  }

  /// Something failed for this member alone. A WebSocket misses something then, and is closed: it
  /// could not tell.
  void fail(Throwable failure) {
    try {
      events.handlerFailed("member " + member, failure);
      if (member instanceof WebSocketMember webSocket) {
        webSocket.connection().close(FAULT);
      }
    } catch (Throwable further) {
      // such as no memory for that either: the others must not suffer for it
    }
  }
}
