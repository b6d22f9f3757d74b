package dev.gimlet.server.chat;

import dev.gimlet.room.Room;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.room.Rooms;
import dev.gimlet.room.TimedRooms;
import dev.gimlet.spi.Position;
import java.time.Duration;
import java.util.Optional;

/// Rooms with a time that stands still, and fake connections into them.
final class ChatFixture {

  static final int KEPT = 100;

  private static final Duration GATHERING = Duration.ofMillis(100);
  private static final RoomOptions OPTIONS =
      RoomOptions.builder().history(KEPT, Duration.ofHours(1)).notices().build();

  final ManualTime time = new ManualTime();
  private final Rooms rooms = TimedRooms.create(time, time::after);
  private final PeopleNews news = new PeopleNews();

  ChatFixture() {
    rooms.options("*", OPTIONS);
  }

  Room room(String name) {
    return rooms.room(name);
  }

  /// A raw member of the room.
  FakeConnection raw(String room) {
    return FakeConnection.open(new RawListener(room(room)));
  }

  /// A person whose program speaks plain text.
  FakeConnection plain(String room, String name) {
    return FakeConnection.open(listener(room, name, Optional.empty()));
  }

  /// A person on the chat page.
  FakeConnection page(String room, String name) {
    return page(room, name, Optional.empty());
  }

  /// A person whose page comes back with a position, as text.
  FakeConnection returningPage(String room, String name, String since) {
    return page(room, name, Optional.of(Position.parse(since)));
  }

  private FakeConnection page(String room, String name, Optional<Position> since) {
    return FakeConnection.open(listener(room, name, since), Optional.of(ChatEndpoint.SUBPROTOCOL));
  }

  private PersonListener listener(String room, String name, Optional<Position> since) {
    return new PersonListener(room(room), name, since, news);
  }

  /// A person on the chat page who has seen the welcome and the notice of the own arrival.
  FakeConnection settledPage(String room, String name) {
    FakeConnection page = page(room, name);
    gather();
    page.received();
    return page;
  }

  /// Lets the time pass in which comings and goings are gathered.
  void gather() {
    time.pass(GATHERING);
  }

  /// From now on the broker refuses everything.
  void stop() {
    rooms.close();
  }

  static String line(String id, String text) {
    return "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}";
  }
}
