package dev.gimlet.room;

import dev.gimlet.room.GroupEvent.Joined;
import dev.gimlet.room.GroupEvent.Left;
import dev.gimlet.room.GroupEvent.Live;
import dev.gimlet.room.GroupEvent.Lost;
import dev.gimlet.room.GroupEvent.Noticed;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A room that has members on this node: who they are, grouped by event loop.
///
/// Thread-safe: this object's lock guards the members, the queues of the groups and so the order of
/// publications. Nothing is delivered under it; the presence store is told under it, so that it
/// hears of comings and goings in their order. Without members it retires, and a new one takes its
/// place when somebody comes.
final class LiveRoom {

  private static final MemberGroup[] NONE = {};

  private final String name;
  private final RoomOptions options;
  private final RoomServices services;
  private final Map<Member, Membership> members = new LinkedHashMap<>(1);
  private MemberGroup[] groups = NONE; // a new array for each change
  private boolean retired;
  private @Nullable Conflator
      conflator; // null until something is published to a room that conflates
  private @Nullable NoticeGatherer notices; // null until somebody comes to a room with notices
  private boolean gathers; // somebody will take the notice
  private volatile @Nullable CompletableFuture<Void> subscription; // null once it is complete

  LiveRoom(String name, RoomOptions options, RoomServices services) {
    this.name = name;
    this.options = options;
    this.services = services;
  }

  String name() {
    return name;
  }

  /// What became of a wish to join.
  enum Joining {
    JOINED,
    WAS_MEMBER,
    IS_CLOSED,
    IS_RETIRED
  }

  Joining join(Member member, Arrival arrival) {
    Present present = options.hasPresence() ? member.present() : null; // so it has with notices
    Executor eventLoop = member.eventLoop();
    MemberGroup group;
    synchronized (this) {
      if (retired) {
        return Joining.IS_RETIRED;
      }
      if (members.containsKey(member)) {
        return Joining.WAS_MEMBER;
      }
      if (member instanceof WebSocketMember webSocket && !webSocket.enter(name)) {
        return Joining.IS_CLOSED;
      }
      group = group(eventLoop);
      Membership membership = new Membership(member, present, arrival, group, services.events());
      members.put(member, membership);
      group.count(1);
      group.add(new Joined(membership));
      services.counters().joined();
      tellOfJoining(membership);
    }
    group.call();
    return Joining.JOINED;
  }

  private MemberGroup group(Executor eventLoop) {
    for (MemberGroup group : groups) {
      if (group.isOf(eventLoop)) {
        return group;
      }
    }
    MemberGroup group = new MemberGroup(this, eventLoop, services);
    groups = Arrays.copyOf(groups, groups.length + 1);
    groups[groups.length - 1] = group;
    return group;
  }

  /// False when it was no member.
  boolean leave(Member member) {
    Membership membership = membership(member);
    return membership != null && leave(membership);
  }

  /// False when it has ended before; a later one of the same member goes on.
  boolean leave(Membership membership) {
    synchronized (this) {
      if (!remove(membership)) {
        return false;
      }
    }
    membership.group().call();
    return true;
  }

  /// Lets one go that waits for the broker; false when the answer has come by now.
  boolean leaveUnanswered(Membership membership) {
    synchronized (this) {
      if (membership.isAnswered()) {
        return false;
      }
      boolean _ = remove(membership);
    }
    membership.group().call();
    return true;
  }

  private boolean remove(Membership membership) {
    Member member = membership.member();
    if (!members.remove(member, membership)) {
      return false;
    }
    membership.leave();
    if (member instanceof WebSocketMember webSocket) {
      webSocket.exit(name);
    }
    MemberGroup group = membership.group();
    group.add(new Left(membership));
    if (group.count(-1) == 0) {
      dismiss(group);
    }
    services.counters().left();
    tellOfLeaving(membership);
    return true;
  }

  private void dismiss(MemberGroup empty) {
    groups = Arrays.stream(groups).filter(group -> group != empty).toArray(MemberGroup[]::new);
  }

  private void tellOfJoining(Membership membership) {
    if (options.hasPresence()) {
      CompletableFuture<Void> _ =
          LiveRooms.guarded(() -> services.presence().enter(name, membership.present()));
    }
    if (options.hasNotices()) {
      gatherer().joined(membership.present());
    }
  }

  private void tellOfLeaving(Membership membership) {
    if (options.hasPresence()) {
      CompletableFuture<Void> _ =
          LiveRooms.guarded(() -> services.presence().leave(name, membership.present()));
    }
    if (options.hasNotices()) {
      gatherer().left(membership.present());
    }
  }

  private NoticeGatherer gatherer() {
    if (notices == null) {
      notices = new NoticeGatherer();
    }
    return notices;
  }

  /// Whether there is news that nobody has been asked to announce yet.
  synchronized boolean startsGathering() {
    boolean starts = !gathers && hasNews();
    gathers |= starts;
    return starts;
  }

  /// The news since the last call, to be announced; null when there is none.
  synchronized @Nullable PresenceNotice takeNotice() {
    gathers = false;
    return notices == null || !notices.hasNews() ? null : notices.take();
  }

  /// Whether it is empty, and then retired: nobody can join it any more. Not while there is news to
  /// announce: what is new in the room that followed could overtake it.
  synchronized boolean retire() {
    retired = members.isEmpty() && !gathers && !hasNews();
    if (retired) {
      conflator = null; // nobody gets what waits
    }
    return retired;
  }

  private boolean hasNews() {
    return notices != null && notices.hasNews();
  }

  void publish(Publication publication) {
    boolean startsInterval = false;
    MemberGroup[] called = NONE;
    synchronized (this) {
      services.counters().published();
      if (options.conflationInterval().isEmpty()) {
        called = addToAll(new Live(publication));
      } else {
        startsInterval = !conflator().isRunning();
        if (conflator().admit(publication)) {
          called = addToAll(new Live(publication));
        }
      }
    }
    call(called);
    if (startsInterval) {
      endIntervalLater();
    }
  }

  private Conflator conflator() {
    if (conflator == null) {
      conflator = new Conflator();
    }
    return conflator;
  }

  private void endIntervalLater() {
    options.conflationInterval().ifPresent(time -> services.delay().after(time, this::endInterval));
  }

  private void endInterval() {
    if (passOnLatest()) {
      endIntervalLater();
    }
  }

  /// Ends the interval; whether the next one is running.
  private boolean passOnLatest() {
    boolean goesOn;
    MemberGroup[] called = NONE;
    synchronized (this) {
      for (Publication latest : conflator().endInterval()) {
        called = addToAll(new Live(latest));
      }
      goesOn = conflator().isRunning();
    }
    call(called);
    return goesOn;
  }

  void notice(PresenceNotice notice) {
    add(new Noticed(notice));
  }

  void positionLost(Position top, String reason) {
    add(new Lost(top, reason));
  }

  private void add(GroupEvent.ToAll event) {
    MemberGroup[] called;
    synchronized (this) {
      called = addToAll(event);
    }
    call(called);
  }

  private MemberGroup[] addToAll(GroupEvent.ToAll event) {
    for (MemberGroup group : groups) {
      group.add(event);
    }
    return groups;
  }

  private static void call(MemberGroup[] groups) {
    for (MemberGroup group : groups) {
      group.call();
    }
  }

  /// Gives the member the answer of the broker, if it is still there.
  void answer(Membership membership, GroupEvent.ToOne answer) {
    synchronized (this) {
      membership.answered();
      membership.group().add(answer);
    }
    membership.group().call();
  }

  /// The membership, or null.
  synchronized @Nullable Membership membership(Member member) {
    return members.get(member);
  }

  /// Delivers what waits beyond the limit; called by publishers.
  void help() {
    for (MemberGroup group : groups()) {
      group.help();
    }
  }

  /// Delivers all that waits, also for the end of an interval.
  void drain() {
    if (options.conflationInterval().isPresent()) {
      boolean _ = passOnLatest(); // whoever waits for the end of the interval does the rest
    }
    for (MemberGroup group : groups()) {
      group.drain();
    }
  }

  long waitingBytes() {
    return Arrays.stream(groups()).mapToLong(MemberGroup::waitingBytes).sum();
  }

  private synchronized MemberGroup[] groups() {
    return groups;
  }

  synchronized List<Member> members() {
    return new ArrayList<>(members.keySet());
  }

  synchronized int size() {
    return members.size();
  }

  /// Complete when the broker brings what is published; null when it is.
  @Nullable CompletableFuture<Void> subscription() {
    return subscription;
  }

  void subscription(@Nullable CompletableFuture<Void> subscription) {
    this.subscription = subscription;
  }
}
