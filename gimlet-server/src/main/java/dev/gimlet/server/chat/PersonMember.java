package dev.gimlet.server.chat;

import dev.gimlet.room.Member;
import dev.gimlet.room.Room;
import dev.gimlet.server.chat.ChatEvent.Loss;
import dev.gimlet.server.chat.ChatEvent.Welcome;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

/// A person in a room, on one connection: gets events, the welcome first.
///
/// What comes before the welcome waits and becomes part of it, so that a page has everything until
/// then in one event. Thread-safe: its lock guards what waits and orders what is sent; sending only
/// queues.
final class PersonMember implements Member {

  /// The most that a welcome holds, encoded: half of what an outbox holds by default.
  static final int MAX_WELCOME_BYTES = 512 << 10;

  private final WebSocketConnection connection;
  private final Room room;
  private final PeopleNews news;
  private final Present present;
  private final List<Publication> missed = new ArrayList<>();
  private final List<PresenceNotice> notices = new ArrayList<>();
  private Optional<Position> lostAt = Optional.empty(); // before the welcome
  private boolean welcomed;

  PersonMember(WebSocketConnection connection, Room room, String person, PeopleNews news) {
    this.connection = connection;
    this.room = room;
    this.news = news;
    this.present = new Present("person-" + UUID.randomUUID(), person);
  }

  @Override
  public Present present() {
    return present;
  }

  @Override
  public Executor eventLoop() {
    return connection.eventLoop();
  }

  @Override
  public synchronized void deliver(Publication publication) {
    if (welcomed) {
      send(PageMessage.of(publication).prepared());
    } else {
      missed.add(publication);
    }
  }

  @Override
  public synchronized void onPositionLost(Position top, String reason) {
    if (welcomed) {
      var _ = connection.send(ChatJson.encode(new Loss(top, reason)));
    } else {
      lostAt = Optional.of(top);
      missed.clear(); // what is before a gap would look as if it went on
    }
  }

  @Override
  public void onNotice(PresenceNotice notice) {
    synchronized (this) {
      if (!welcomed) {
        notices.add(notice);
        return;
      }
    }
    tell(notice);
  }

  private void tell(PresenceNotice notice) {
    var _ = news.event(room, notice).thenAccept(event -> event.ifPresent(this::send));
  }

  /// Says how the arrival went, with what has come until now; from now on what comes is sent at
  /// once.
  void welcome(boolean recovered, Position top, Crowd crowd) {
    List<PresenceNotice> waited;
    synchronized (this) {
      List<Text> messages = newest(missed);
      boolean complete = recovered && lostAt.isEmpty() && messages.size() == missed.size();
      var _ =
          connection.send(
              ChatJson.encode(
                  new Welcome(
                      room.name(), present.user(), crowd, complete, position(top), messages)));
      waited = List.copyOf(notices);
      missed.clear();
      notices.clear();
      welcomed = true;
    }
    waited.forEach(this::tell);
  }

  private Position position(Position top) {
    return missed.isEmpty()
        ? lostAt.orElse(top)
        : missed.getLast().position().orElse(Position.NONE);
  }

  private static List<Text> newest(List<Publication> publications) {
    List<Text> newestFirst = new ArrayList<>();
    int bytes = 0;
    for (Publication publication : publications.reversed()) {
      Text json = PageMessage.of(publication).json();
      bytes += json.size();
      if (bytes > MAX_WELCOME_BYTES) {
        break;
      }
      newestFirst.add(json);
    }
    return newestFirst.reversed();
  }

  private void send(PreparedMessage event) {
    var _ = connection.send(event); // a connection that is closed leaves
  }

  @Override
  public String toString() {
    return "person on WebSocket " + connection.id();
  }
}
