package dev.gimlet.room;

import dev.gimlet.spi.Broker;
import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.BrokerListener;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Retention;
import dev.gimlet.websocket.Message;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// The broker of a program that is one node: history in memory, gone with the process.
///
/// All rooms together keep at most a number of bytes, default 64 MiB. Beyond it rooms that nobody
/// uses are forgotten first, then the history of those that were not used for longest, which their
/// next reader sees as a new epoch. Nobody uses a room from an hour after its last publication is
/// too old; it is forgotten sooner or later in any case. Not counted is the position of a room that
/// has members and keeps nothing now, nor the forms in which a publication is being sent.
///
/// Thread-safe: rooms are spread over shelves, each with its lock, under which the listener is
/// called; a [HistoryLedger] counts the bytes of all. Everything is done when a method returns.
public final class InMemoryBroker implements Broker {

  /// What all histories may hold together by default: 64 MiB.
  public static final long DEFAULT_HISTORY_BYTES = 64 << 20;

  private static final int SHELVES = 64;
  private static final Published LIVE_ONLY = new Published(Optional.empty(), false);
  private static final BrokerListener NOBODY = new NoListener();

  /// What is known of the rooms whose names fall on it; its lock guards it.
  private static final class Shelf {

    final Map<String, RoomLog> logs = new HashMap<>();
    final Set<String> subscribed = new HashSet<>();
  }

  private final InstantSource clock;
  private final HistoryLedger ledger;
  private final Shelf[] shelves = new Shelf[SHELVES];
  private volatile BrokerListener listener = NOBODY;
  private volatile boolean closed;

  InMemoryBroker(long historyBytes, InstantSource clock) {
    this.clock = clock;
    this.ledger = new HistoryLedger(historyBytes);
    for (int i = 0; i < SHELVES; i++) {
      shelves[i] = new Shelf();
    }
  }

  /// A broker that keeps at most [#DEFAULT_HISTORY_BYTES].
  public static InMemoryBroker create() {
    return create(DEFAULT_HISTORY_BYTES);
  }

  /// A broker that keeps at most that many bytes of history, for all rooms together.
  ///
  /// @throws IllegalArgumentException when it is less than 1 MiB
  public static InMemoryBroker create(long historyBytes) {
    if (historyBytes < 1 << 20) {
      throw new IllegalArgumentException(
          "history of " + historyBytes + " bytes for all rooms: allow at least 1 MiB");
    }
    return new InMemoryBroker(historyBytes, InstantSource.system());
  }

  @Override
  public void start(BrokerListener listener) {
    if (this.listener != NOBODY) {
      throw new IllegalStateException("this broker serves another program: make one for each");
    }
    this.listener = listener;
  }

  @Override
  public CompletableFuture<Published> publish(
      String room, Message message, PublishOptions options, Retention retention) {
    if (!retention.keeps() && options.idempotencyKey().isEmpty()) {
      return closed ? refused() : publishLive(room, message, options);
    }
    return inLog(room, retention, (shelf, log) -> publish(shelf, log, room, message, options));
  }

  private CompletableFuture<Published> publishLive(
      String room, Message message, PublishOptions options) {
    Shelf shelf = shelf(room);
    synchronized (shelf) {
      tell(shelf, room, message, options);
    }
    return CompletableFuture.completedFuture(LIVE_ONLY);
  }

  private void tell(Shelf shelf, String room, Message message, PublishOptions options) {
    if (shelf.subscribed.contains(room)) {
      listener.onPublication(room, Publication.of(message, options, clock.instant()));
    }
  }

  private Published publish(
      Shelf shelf, RoomLog log, String room, Message message, PublishOptions options) {
    Instant now = clock.instant();
    Optional<Published> earlier = options.idempotencyKey().flatMap(log::published);
    if (earlier.isPresent()) {
      return new Published(earlier.get().position(), true);
    }
    Published published = LIVE_ONLY;
    if (log.keeps()) {
      Publication publication = log.append(message, options.tags(), now);
      published = new Published(publication.position(), false);
      if (shelf.subscribed.contains(room)) {
        listener.onPublication(room, publication);
      }
    } else {
      tell(shelf, room, message, options);
    }
    Published result = published;
    options.idempotencyKey().ifPresent(key -> log.remember(key, result, now));
    return published;
  }

  @Override
  public CompletableFuture<Void> subscribe(String room, Retention retention) {
    if (closed) {
      return refused();
    }
    Shelf shelf = shelf(room);
    synchronized (shelf) {
      shelf.subscribed.add(room);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> unsubscribe(String room) {
    List<String> forgotten = List.of();
    Shelf shelf = shelf(room);
    synchronized (shelf) {
      shelf.subscribed.remove(room);
      RoomLog log = shelf.logs.get(room);
      if (log != null && !ledger.knows(room)) {
        forgotten = note(shelf, room, log); // from now on it can be forgotten
      }
    }
    forgotten.forEach(this::forget);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<History> history(String room, int limit, Retention retention) {
    if (!retention.keeps()) {
      return closed
          ? refused()
          : CompletableFuture.completedFuture(new History(List.of(), Position.NONE));
    }
    return inLog(room, retention, (_, log) -> log.history(limit));
  }

  @Override
  public CompletableFuture<Recovery> recover(String room, Position since, Retention retention) {
    if (!retention.keeps()) {
      return closed
          ? refused()
          : CompletableFuture.completedFuture(
              new Recovery.NotRecovered(Position.NONE, "the room keeps no history"));
    }
    return inLog(room, retention, (_, log) -> log.recover(since));
  }

  private interface LogTask<T> {
    T in(Shelf shelf, RoomLog log);
  }

  private <T> CompletableFuture<T> inLog(String room, Retention retention, LogTask<T> task) {
    if (closed) {
      return refused();
    }
    T result;
    List<String> forgotten;
    Shelf shelf = shelf(room);
    synchronized (shelf) {
      RoomLog log = shelf.logs.computeIfAbsent(room, _ -> new RoomLog(retention, ledger.share()));
      log.prune(clock.instant());
      result = task.in(shelf, log);
      forgotten = note(shelf, room, log);
    }
    forgotten.forEach(this::forget);
    return CompletableFuture.completedFuture(result);
  }

  /// Notes what could be forgotten of a room; the rooms that have to be forgotten for it.
  private List<String> note(Shelf shelf, String room, RoomLog log) {
    if (log.isEmpty() && !log.hasKeys() && keepsEpoch(shelf, room, log)) {
      ledger.strike(room);
      return List.of();
    }
    Instant now = clock.instant();
    return ledger.used(room, log.bytes(), log.forgetAt(now), now);
  }

  /// Whether the room has members whose positions have to stay good.
  private static boolean keepsEpoch(Shelf shelf, String room, RoomLog log) {
    return log.keeps() && shelf.subscribed.contains(room);
  }

  /// Forgets a room, unless it was used since it was chosen. One that has members, but no history,
  /// keeps its epoch: their positions stay good.
  private void forget(String room) {
    Shelf shelf = shelf(room);
    synchronized (shelf) {
      RoomLog log = ledger.knows(room) ? null : shelf.logs.remove(room);
      if (log != null && keepsEpoch(shelf, room, log)) {
        log.prune(clock.instant());
        log.forgetKeys();
        RoomLog next = log.isEmpty() ? log : new RoomLog(log.retention(), ledger.share());
        shelf.logs.put(room, next);
        if (next != log) {
          listener.onPositionLost(
              room, next.top(), "the history of rooms that were not used for long was forgotten");
        }
      }
    }
  }

  @Override
  public CompletableFuture<Void> announce(String room, PresenceNotice notice) {
    if (closed) {
      return refused();
    }
    Shelf shelf = shelf(room);
    synchronized (shelf) {
      if (shelf.subscribed.contains(room)) {
        listener.onNotice(room, notice);
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public boolean isReady() {
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
  }

  private static <T> CompletableFuture<T> refused() {
    return CompletableFuture.failedFuture(new BrokerException("the broker is closed"));
  }

  private Shelf shelf(String room) {
    int hash = room.hashCode();
    return shelves[(hash ^ hash >>> 16) & SHELVES - 1];
  }

  /// What is held in memory for all rooms, in bytes, for tests.
  long historyBytes() {
    return ledger.bytes();
  }

  /// Rooms of which something is known, for tests.
  int rooms() {
    int rooms = 0;
    for (Shelf shelf : shelves) {
      synchronized (shelf) {
        rooms += shelf.logs.size();
      }
    }
    return rooms;
  }

  private static final class NoListener implements BrokerListener {

    @Override
    public void onPublication(String room, Publication publication) {}

    @Override
    public void onNotice(String room, PresenceNotice notice) {}

    @Override
    public void onPositionLost(String room, Position top, String reason) {}

    @Override
    public void onBrokerAway(String reason) {}

    @Override
    public void onBrokerBack() {}
  }
}
