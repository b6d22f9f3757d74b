package dev.gimlet.server.rooms;

import dev.gimlet.http.Context;
import dev.gimlet.http.EventStream;
import dev.gimlet.http.HttpException;
import dev.gimlet.http.ServerSentEvent;
import dev.gimlet.room.Room;
import dev.gimlet.spi.Position;
import java.util.Optional;

/// Sends what is published to a room as server-sent events.
///
/// The id of an event is the position in the room, so that a client which comes back with it in
/// `Last-Event-ID` gets what it missed.
final class EventsEndpoint {

  private EventsEndpoint() {}

  static void listen(Context context, Room room) throws InterruptedException {
    Optional<Position> since = since(context);
    Position start = since.isPresent() ? since.get() : top(room);
    EventStream stream = context.eventStream();
    if (since.isEmpty() && !start.equals(Position.NONE)) {
      stream.send(ServerSentEvent.onlyId(start.toString()));
    }
    join(stream, room, start);
  }

  /// Makes the stream a member as long as it lasts.
  static void join(EventStream stream, Room room, Position start) {
    EventStreamMember member = new EventStreamMember(stream);
    if (start.equals(Position.NONE)) {
      room.join(member);
    } else {
      room.join(member, start)
          .whenComplete((_, failure) -> {
            if (failure != null) {
              stream.close(); // the client comes back with where it is
            }
          });
    }
    stream.whenClosed(_ -> room.leave(member)); // after the join: it may have ended before
  }

  /// Where the room is now: known before the first event, nothing is lost if the stream breaks.
  private static Position top(Room room) throws InterruptedException {
    return BrokerAnswer.await(room.history(0)).top();
  }

  private static Optional<Position> since(Context context) {
    Optional<String> last = context.headerField("Last-Event-ID");
    if (last.isEmpty()) {
      return context.queryParameter("since", EventsEndpoint::position).flatMap(given -> given);
    }
    try {
      return position(last.get());
    } catch (IllegalArgumentException malformed) {
      throw new HttpException(400, "Last-Event-ID: " + malformed.getMessage());
    }
  }

  /// Empty as it is of a client that has seen nothing yet.
  private static Optional<Position> position(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Position.parse(text));
  }
}
