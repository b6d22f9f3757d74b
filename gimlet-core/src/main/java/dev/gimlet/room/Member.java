package dev.gimlet.room;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import java.util.concurrent.Executor;

/// One who gets what is published to a room: a WebSocket, or anything else that a program makes.
///
/// Calls for one membership come one at a time and in the order of the room, on [#eventLoop()] or
/// on the thread of a publisher who helps. Implementations never block. What they throw is told to
/// `ServerEvents.handlerFailed` and ends nothing. Two that are equal are the same member.
public interface Member {

  /// How presence shows it: asked at each join to a room with presence or notices; the first answer
  /// counts as long as the membership. What it throws is thrown by the join, which then has not
  /// begun.
  Present present();

  /// Where it is delivered to, asked at each join: members with one executor are served by one
  /// task. It hands tasks to a thread: one that ran them at once would deliver while publishers
  /// hold locks, and is for tests with one thread. For a connection its own
  /// [dev.gimlet.websocket.WebSocketConnection#eventLoop()].
  Executor eventLoop();

  /// Takes a publication.
  void deliver(Publication publication);

  /// Somebody came or went; only in rooms with [RoomOptions.Builder#notices()].
  default void onNotice(PresenceNotice notice) {}

  /// Publications may be missing before the next one, and cannot be had any more: what follows goes
  /// on from `top`. Told to members that joined with a position or with history, in order with
  /// their publications, and also when the join itself could not recover.
  default void onPositionLost(Position top, String reason) {}
}
