package dev.gimlet.room;

import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.WebSocketConnection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// A WebSocket in the rooms of one program: gets messages and nothing else.
///
/// Thread-safe: its lock guards the names of the rooms it is in, which it leaves when it is closed.
final class WebSocketMember implements Member {

  // Each program, and its clients, number their connections themselves, and anew in each process.
  private static final String PROCESS = UUID.randomUUID().toString().substring(0, 8);
  private static final AtomicLong MEMBERS = new AtomicLong();

  private final long number = MEMBERS.incrementAndGet();
  private final WebSocketConnection connection;
  private Set<String> rooms = Set.of(); // immutable while it has less than two
  private boolean ended;

  WebSocketMember(WebSocketConnection connection) {
    this.connection = connection;
  }

  WebSocketConnection connection() {
    return connection;
  }

  /// False when the connection is closed, so that nobody would leave the room.
  synchronized boolean enter(String room) {
    if (ended) {
      return false;
    }
    if (rooms.isEmpty()) {
      rooms = Set.of(room);
    } else {
      if (rooms.size() == 1) {
        rooms = new HashSet<>(rooms);
      }
      rooms.add(room);
    }
    return true;
  }

  synchronized void exit(String room) {
    if (rooms.contains(room)) {
      if (rooms.size() == 1) {
        rooms = Set.of();
      } else {
        rooms.remove(room);
        rooms = rooms.size() == 1 ? Set.copyOf(rooms) : rooms;
      }
    }
  }

  /// The connection is closed: the rooms it is still in.
  synchronized Set<String> end() {
    ended = true;
    Set<String> left = rooms;
    rooms = Set.of();
    return left;
  }

  @Override
  public Present present() {
    return new Present(PROCESS + "-" + number, connection.user().orElse(""));
  }

  @Override
  public Executor eventLoop() {
    return connection.eventLoop();
  }

  @Override
  public void deliver(Publication publication) {
    SendResult _ = connection.send(publication.prepared()); // a closed one leaves by itself
  }

  /// The same from that room: its latest replaces none of another room, nor what the program sends.
  void deliver(String room, Publication publication) {
    if (publication.conflationKey().isEmpty()) {
      deliver(publication);
    } else {
      SendResult _ = connection.send(publication.encoded(Keyed.class, Keyed.of(room)).message());
    }
  }

  /// A publication with the room in its key: NUL is in no name of a room. Immutable.
  private record Keyed(PreparedMessage message) {

    static Function<Publication, Keyed> of(String room) {
      return publication ->
          new Keyed(
              PreparedMessage.of(
                  publication.message(), '\0' + room + '\0' + publication.conflationKey()));
    }
  }

  @Override
  public String toString() {
    return "WebSocket " + connection.id();
  }
}
