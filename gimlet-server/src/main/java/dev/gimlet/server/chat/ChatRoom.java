package dev.gimlet.server.chat;

import dev.gimlet.room.Room;
import dev.gimlet.room.Rooms;
import dev.gimlet.server.chat.RecentIds.Said;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import java.time.Duration;
import java.util.Optional;

/// One chat room: what anyone says goes to all, raw to raw members and as events to people.
///
/// Thread-safe: this object's lock guards all of it and makes one order of messages for everybody.
/// Nothing blocks under it: sending puts into an outbox, and a slow member's outbox delays nobody.
final class ChatRoom {

  /// Who comes and goes within this time is told in one notice.
  static final Duration GATHERING = Duration.ofMillis(250);

  private final String name;
  private final ChatTools tools;
  private final Room rawMembers;
  private final Room people;
  private final Roster roster = new Roster();
  private final ChatHistory history = new ChatHistory();
  private final RecentIds recentIds = new RecentIds();
  private boolean noticeIsDue;

  ChatRoom(String name, ChatTools tools) {
    this.name = name;
    this.tools = tools;
    Rooms rooms = new Rooms(); // not the program's: those are kept for ever
    rawMembers = rooms.room("raw");
    people = rooms.room("people");
  }

  String name() {
    return name;
  }

  synchronized void joinRaw(WebSocketConnection connection) {
    rawMembers.join(connection);
  }

  synchronized void leaveRaw(WebSocketConnection connection) {
    rawMembers.leave(connection);
  }

  synchronized void join(WebSocketConnection connection, String person) {
    roster.enter(person);
    var welcome = new ChatEvent.Welcome(name, person, roster.present(), history.messages());
    connection.send(ChatJson.encode(welcome));
    people.join(connection);
    gatherNews();
  }

  synchronized void leave(WebSocketConnection connection, String person) {
    people.leave(connection);
    roster.leave(person);
    gatherNews();
  }

  /// Passes a raw member's message on as it is.
  synchronized void publishRaw(Message message) {
    rawMembers.publish(message);
    publishToPeople(event(message));
  }

  /// Says a person's line; one that was said before is confirmed to this connection alone.
  synchronized void say(WebSocketConnection connection, String person, Line line) {
    Optional<Said> earlier = recentIds.find(line.id());
    if (earlier.isPresent()) {
      connection.send(ChatJson.encode(repeat(person, line, earlier.get())));
    } else {
      long now = tools.clock().millis();
      recentIds.add(line.id(), new Said(person, now));
      publishToPeople(new ChatEvent.PersonMessage(line.id(), person, line.text(), now));
      rawMembers.publish(line.text());
    }
  }

  private static ChatEvent repeat(String person, Line line, Said earlier) {
    return earlier.from().equals(person)
        ? new ChatEvent.PersonMessage(line.id(), person, line.text(), earlier.timeMillis())
        : new ChatEvent.Refusal(line.id(), "someone else used this id: send a new random UUID");
  }

  private void publishToPeople(ChatEvent event) {
    Text encoded = ChatJson.encode(event);
    history.add(encoded);
    people.publish(encoded);
  }

  private ChatEvent event(Message message) {
    String id = tools.newId().get();
    long now = tools.clock().millis();
    return switch (message) {
      case Text text -> new ChatEvent.RawText(id, beginning(text), text.size(), now);
      case Binary binary -> new ChatEvent.RawBinary(id, binary.size(), now);
    };
  }

  /// At most as much as a person may say: an event must fit into everybody's outbox.
  private static String beginning(Text text) {
    return text.size() <= Line.MAX_TEXT_BYTES
        ? text.value()
        : Utf8Prefix.of(text.utf8(), Line.MAX_TEXT_BYTES);
  }

  private void gatherNews() {
    if (!noticeIsDue && roster.hasNews()) {
      noticeIsDue = true;
      tools.scheduler().after(GATHERING, this::publishNews);
    }
  }

  private synchronized void publishNews() {
    noticeIsDue = false;
    if (roster.hasNews()) {
      people.publish(ChatJson.encode(roster.takeNotice()));
    }
  }
}
