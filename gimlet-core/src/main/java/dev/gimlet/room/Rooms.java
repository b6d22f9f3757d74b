package dev.gimlet.room;

import dev.gimlet.spi.Broker;
import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.ServerEvents;
import java.util.concurrent.CompletableFuture;

/// The rooms of one program, by name. Thread-safe: its parts are.
public final class Rooms implements AutoCloseable {

  private final RoomPatterns patterns = new RoomPatterns();
  private final PresenceStore presenceStore;
  private final LiveRooms live;

  private Rooms(Broker broker, PresenceStore presenceStore, ServerEvents events, Delay delay) {
    this.presenceStore = presenceStore;
    this.live =
        new LiveRooms(
            patterns, broker, new RoomServices(presenceStore, events, delay, new RoomCounters()));
  }

  /// Rooms on this node alone, in memory, that report to nobody.
  public Rooms() {
    this(InMemoryBroker.create(), new InMemoryPresenceStore(), ServerEvents.NONE, Delay.SYSTEM);
  }

  /// Rooms with a broker of their own, and presence on this node alone.
  public static Rooms create(Broker broker, ServerEvents events) {
    return create(broker, new InMemoryPresenceStore(), events);
  }

  /// Rooms with a broker and a presence store of their own; the broker is started on first use.
  public static Rooms create(Broker broker, PresenceStore presenceStore, ServerEvents events) {
    return create(broker, presenceStore, events, Delay.SYSTEM);
  }

  static Rooms create(
      Broker broker, PresenceStore presenceStore, ServerEvents events, Delay delay) {
    return new Rooms(broker, presenceStore, events, delay);
  }

  /// The room of that name.
  ///
  /// @throws IllegalArgumentException when the name is not 1 to 256 bytes of UTF-8, or has control
  ///   characters
  public Room room(String name) {
    return new Room(RoomName.checked(name), this, live);
  }

  /// Gives options to the rooms of a name, or to all whose names begin with the text before a `*`;
  /// the longest pattern that matches counts. To be called before such a room is used.
  ///
  /// @throws IllegalArgumentException when it is no pattern, or has options already
  public void options(String pattern, RoomOptions options) {
    patterns.add(pattern, options);
  }

  /// The options of the room of that name.
  public RoomOptions options(String room) {
    return patterns.options(room);
  }

  /// Starts the broker, unless that has happened; the first use of a room does so too.
  public void start() {
    var _ = live.broker();
  }

  /// Whether publications can be carried now; starts the broker, as [#start()] does.
  public boolean isReady() {
    return live.broker().isReady();
  }

  /// What the rooms hold and have done.
  public RoomCounts counts() {
    return live.counts();
  }

  /// Refuses what is published from now on: those futures fail with "the server is going down".
  ///
  /// Members stay and get what was accepted before, and what other nodes publish.
  public void refusePublications() {
    live.refusePublications();
  }

  /// After [#refusePublications()]: complete when all that was accepted has been given to its
  /// members, whose outboxes may still hold it.
  public CompletableFuture<Void> drained() {
    return live.drained();
  }

  /// Refuses publications and closes broker and presence store: the last act. Closing again does
  /// nothing.
  @Override
  public void close() {
    live.close();
  }

  PresenceStore presenceStore() {
    return presenceStore;
  }

  LiveRooms live() {
    return live;
  }
}
