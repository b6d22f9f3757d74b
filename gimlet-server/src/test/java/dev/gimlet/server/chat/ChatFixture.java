package dev.gimlet.server.chat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Rooms with a time that stands still, ids `s1`, `s2`, … and fake connections into them.
final class ChatFixture {

  final ManualTime time = new ManualTime();
  private final AtomicInteger lastId = new AtomicInteger();
  private final ChatTools tools = new ChatTools(time, time, () -> "s" + lastId.incrementAndGet());
  final ChatRooms rooms = new ChatRooms(tools);

  /// A raw member of the room.
  FakeConnection raw(String room) {
    return FakeConnection.open(new RawListener(rooms, room));
  }

  /// A person whose program speaks plain text.
  FakeConnection plain(String room, String name) {
    return FakeConnection.open(new PersonListener(rooms, tools, room, name));
  }

  /// A person on the chat page.
  FakeConnection page(String room, String name) {
    return FakeConnection.open(
        new PersonListener(rooms, tools, room, name), Optional.of(ChatEndpoint.SUBPROTOCOL));
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
    time.pass(ChatRoom.GATHERING);
  }

  static String line(String id, String text) {
    return "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}";
  }
}
