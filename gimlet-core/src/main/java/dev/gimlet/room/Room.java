package dev.gimlet.room;

import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceStore.Presence;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A named topic: what is published goes to every member, in the same order for all.
///
/// This is a light handle, two of the same name are equal; what it stands for exists while somebody
/// is a member or there is history. Thread-safe: immutable, and nothing here blocks, with two
/// exceptions: a publisher while more than 1 MiB waits for the members of this room on one event
/// loop, who helps to deliver it; and the first use of any room before the broker was started,
/// which starts it.
///
/// Futures fail with [dev.gimlet.spi.BrokerException] when the broker cannot do what was asked.
/// They may complete on an event loop or on a thread of the broker: do not block in what depends on
/// them, and do not wait for them on an event loop, in a listener for example.
public final class Room {

  private final String name;
  private final Rooms rooms;
  private final LiveRooms live;

  Room(String name, Rooms rooms, LiveRooms live) {
    this.name = name;
    this.rooms = rooms;
    this.live = live;
  }

  /// The name of the room.
  public String name() {
    return name;
  }

  /// Makes the connection a member until it leaves or is closed; joining twice does nothing.
  ///
  /// It gets every message that is published after this has returned, and nothing else; with a
  /// broker on the network, after that has been told, moments later.
  public void join(WebSocketConnection connection) {
    join(live.member(connection));
  }

  /// Makes somebody a member until it leaves; joining twice does nothing.
  public void join(Member member) {
    live.join(name, member);
  }

  /// As [#join(Member, Position)]. The connection is not told when its position is lost later on: a
  /// program that wants to say so joins with a [Member] of its own.
  public CompletableFuture<Recovery> join(WebSocketConnection connection, Position since) {
    return join(live.member(connection), since);
  }

  /// Joins and first delivers exactly what was published after the position, or says that it
  /// cannot.
  ///
  /// Nothing is delivered twice and nothing is left out between what was missed and what is live.
  /// The future is complete when the missed publications have been delivered. When it says
  /// [Recovery.NotRecovered], which [Member#onPositionLost] was told too, the member gets what
  /// comes after its top. More than 512 KiB, with what is published before the broker answers, are
  /// not recovered.
  ///
  /// It fails with [dev.gimlet.spi.BrokerException] when the broker cannot answer, within 5
  /// seconds. The member stays then, the broker is asked again every second, and what was missed is
  /// delivered once it answers, or [Member#onPositionLost] told: the future may be left alone. Who
  /// does not want to wait leaves, or joins once more, which takes the place of the join that
  /// failed as long as there is no answer.
  ///
  /// It fails with [java.util.concurrent.CancellationException] when the member leaves before, or
  /// its connection is closed; then it is no member. With [IllegalStateException] when it was one
  /// already, which it stays.
  public CompletableFuture<Recovery> join(Member member, Position since) {
    return live.join(name, member, since);
  }

  /// As [#joinWithHistory(Member, int)].
  public CompletableFuture<History> joinWithHistory(WebSocketConnection connection, int newest) {
    return joinWithHistory(live.member(connection), newest);
  }

  /// Joins and first delivers the newest publications of the history, oldest first: at most that
  /// many, and at most 512 KiB with what is published meanwhile. What is live follows without a gap
  /// and without a double.
  ///
  /// The future is complete when they have been delivered, and fails as that of [#join(Member,
  /// Position)].
  public CompletableFuture<History> joinWithHistory(Member member, int newest) {
    return live.joinWithHistory(name, member, checked(newest));
  }

  /// Ends the membership; does nothing when the connection is no member.
  public void leave(WebSocketConnection connection) {
    live.leave(name, connection);
  }

  /// Ends the membership; does nothing for somebody who is no member.
  ///
  /// Nothing is delivered to it after this has returned, but for a delivery that is under way.
  public void leave(Member member) {
    live.leave(name, member);
  }

  /// Publishes a text to every member, the sender included when it is one.
  public CompletableFuture<Published> publish(String text) {
    return publish(Text.of(text));
  }

  /// Publishes to every member, the sender included when it is one.
  ///
  /// The future is complete when the broker has the publication. One that fails is told to
  /// `ServerEvents.publishFailed` too, so that it may be left alone.
  public CompletableFuture<Published> publish(Message message) {
    return publish(message, PublishOptions.NONE);
  }

  /// Publishes with tags, an idempotency key or a conflation key.
  public CompletableFuture<Published> publish(Message message, PublishOptions options) {
    return live.publish(name, message, options);
  }

  /// The newest publications, oldest first, at most `limit`; none in a room that keeps no history.
  ///
  /// Through Redis they are the newest 8 MiB, and one, at most.
  public CompletableFuture<History> history(int limit) {
    return live.broker().history(name, checked(limit), rooms.options(name).retention());
  }

  /// Who is in the room on any node: some of them, and how many there are.
  ///
  /// @throws IllegalStateException when the options of the room have no presence
  public CompletableFuture<Presence> presence(int limit) {
    if (!rooms.options(name).hasPresence()) {
      throw new IllegalStateException(
          "room "
              + name
              + " has no presence: give it some with rooms(\""
              + name
              + "\", RoomOptions.builder().presence().build())");
    }
    return rooms.presenceStore().presence(name, checked(limit));
  }

  private static int checked(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("a limit of " + limit + ": use 0 or more");
    }
    return limit;
  }

  /// The members on this node at this moment, in the order in which they joined.
  public List<Member> members() {
    return live.members(name);
  }

  /// Those of the members on this node that are WebSockets, in the order in which they joined.
  public List<WebSocketConnection> connections() {
    return members().stream()
        .filter(WebSocketMember.class::isInstance)
        .map(member -> ((WebSocketMember) member).connection())
        .toList();
  }

  /// The number of members on this node at this moment.
  public int size() {
    return live.size(name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Room room && room.live == live && room.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "Room " + name;
  }
}
