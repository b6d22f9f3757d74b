package dev.gimlet.room;

import dev.gimlet.room.GroupEvent.HistoryCame;
import dev.gimlet.room.GroupEvent.RecoveryCame;
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
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rooms that have members on this node, between their handles and the broker.
///
/// Thread-safe: the map's own lock for a name orders making a room and subscribing to it, and
/// retiring it and unsubscribing; the rest is in the rooms.
final class LiveRooms implements BrokerListener {

  /// Who comes and goes within this time is told in one notice.
  static final Duration GATHERING = Duration.ofMillis(100);

  /// How long after a failed subscription, or question for a member, the next is tried.
  static final Duration SUBSCRIBE_AGAIN = Duration.ofSeconds(1);

  private static final Arrival PLAIN = new Arrival.Plain();
  private static final long DRAIN_PAUSE_NANOS = Duration.ofMillis(1).toNanos();

  private final RoomPatterns patterns;
  private final Broker broker;
  private final RoomServices services;
  private final ConcurrentMap<String, LiveRoom> rooms = new ConcurrentHashMap<>();
  private final ConcurrentMap<WebSocketConnection, WebSocketMember> webSockets =
      new ConcurrentHashMap<>();
  private final Set<LiveRoom> gathering = ConcurrentHashMap.newKeySet(); // notices
  private final PublishGate gate = new PublishGate();
  private final AtomicInteger underWay = new AtomicInteger(); // publications the broker has not yet
  private volatile boolean started;
  private volatile boolean closed;

  LiveRooms(RoomPatterns patterns, Broker broker, RoomServices services) {
    this.patterns = patterns;
    this.broker = broker;
    this.services = services;
  }

  // Joining and leaving

  void join(String name, Member member) {
    LiveRoom _ = enter(name, member, PLAIN);
  }

  CompletableFuture<Recovery> join(String name, Member member, Position since) {
    CompletableFuture<Recovery> result = new CompletableFuture<>();
    arrive(
        name,
        member,
        new Arrival.Since(since, result),
        membership ->
            broker()
                .recover(name, since, patterns.options(name).retention())
                .thenApply(answer -> new RecoveryCame(membership, answer)));
    return result;
  }

  CompletableFuture<History> joinWithHistory(String name, Member member, int newest) {
    CompletableFuture<History> result = new CompletableFuture<>();
    arrive(
        name,
        member,
        new Arrival.WithHistory(newest, result),
        membership ->
            broker()
                .history(name, newest, patterns.options(name).retention())
                .thenApply(answer -> new HistoryCame(membership, answer)));
    return result;
  }

  private interface Question {
    CompletableFuture<? extends GroupEvent.ToOne> ask(Membership membership);
  }

  private void arrive(String name, Member member, Arrival arrival, Question question) {
    LiveRoom room = enter(name, member, arrival);
    Membership membership = room == null ? null : room.membership(member);
    if (room == null || membership == null) {
      arrival.fail(new CancellationException("the connection is closed"));
    } else if (membership.arrival().equals(arrival)) {
      ask(room, membership, question);
    } else if (membership.arrival().hasFailed() && room.leaveUnanswered(membership)) {
      tidy(room);
      arrive(name, member, arrival, question);
    } else {
      arrival.fail(new IllegalStateException("already a member of room " + name + ": leave first"));
    }
  }

  private void ask(LiveRoom room, Membership membership, Question question) {
    CompletableFuture<Void> subscription = room.subscription();
    CompletableFuture<? extends GroupEvent.ToOne> answer =
        subscription == null
            ? guarded(() -> question.ask(membership))
            : subscription.thenCompose(_ -> guarded(() -> question.ask(membership)));
    var _ =
        answer.whenComplete((event, failure) -> {
          if (failure == null) {
            room.answer(membership, event);
          } else {
            membership.arrival().fail(cause(failure));
            askAgain(room, membership, question);
          }
        });
  }

  /// The member stays: whoever leaves the future alone would otherwise wait for ever.
  private void askAgain(LiveRoom room, Membership membership, Question question) {
    again(() -> {
      if (!membership.hasLeft()) {
        ask(room, membership, question);
      }
    });
  }

  private void again(Runnable attempt) {
    if (!closed) {
      services.delay().after(SUBSCRIBE_AGAIN, attempt);
    }
  }

  /// What it throws fails the future, as a failure that comes later does.
  static <T> CompletableFuture<T> guarded(Supplier<CompletableFuture<? extends T>> call) {
    try {
      return call.get().thenApply(result -> result);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /// The room that the member is in now; null when its connection is closed.
  private @Nullable LiveRoom enter(String name, Member member, Arrival arrival) {
    while (true) {
      LiveRoom room = liveRoom(name);
      switch (join(room, member, arrival)) {
        case JOINED -> {
          gatherNotice(room);
          return room;
        }
        case WAS_MEMBER -> {
          return room;
        }
        case IS_CLOSED -> {
          retire(name);
          return null;
        }
        case IS_RETIRED -> {}
      }
    }
  }

  /// A member that throws leaves no empty room behind.
  private LiveRoom.Joining join(LiveRoom room, Member member, Arrival arrival) {
    try {
      return room.join(member, arrival);
    } catch (Throwable failure) {
      retire(room.name());
      throw failure;
    }
  }

  private LiveRoom liveRoom(String name) {
    LiveRoom known = rooms.get(name);
    if (known != null) {
      return known;
    }
    Broker ready = broker();
    return rooms.compute(name, (_, present) -> present == null ? subscribed(ready, name) : present);
  }

  private LiveRoom subscribed(Broker ready, String name) {
    LiveRoom room = new LiveRoom(name, patterns.options(name), services);
    subscribe(ready, room);
    return room;
  }

  private void subscribe(Broker ready, LiveRoom room) {
    String name = room.name();
    CompletableFuture<Void> subscription =
        guarded(() -> ready.subscribe(name, patterns.options(name).retention()));
    if (subscription.isDone() && !subscription.isCompletedExceptionally()) {
      room.subscription(null);
    } else {
      room.subscription(subscription);
      var _ = subscription.whenComplete((_, failure) -> subscribed(ready, room, failure));
    }
  }

  private void subscribed(Broker ready, LiveRoom room, @Nullable Throwable failure) {
    if (failure == null) {
      room.subscription(null);
    } else {
      again(() -> subscribeAgain(ready, room));
    }
  }

  private void subscribeAgain(Broker ready, LiveRoom room) {
    LiveRoom _ =
        rooms.computeIfPresent(
            room.name(),
            (_, live) -> {
              if (live == room && !closed) {
                subscribe(ready, room);
              }
              return live;
            });
  }

  void leave(String name, Member member) {
    LiveRoom room = rooms.get(name);
    if (room != null && room.leave(member)) {
      tidy(room);
    }
  }

  /// Somebody has left.
  private void tidy(LiveRoom room) {
    gatherNotice(room);
    retireIfEmpty(room);
  }

  private void retireIfEmpty(LiveRoom room) {
    if (room.size() == 0) {
      retire(room.name());
    }
  }

  private void retire(String name) {
    LiveRoom _ =
        rooms.computeIfPresent(
            name,
            (_, room) -> {
              if (!room.retire()) {
                return room;
              }
              var _ =
                  guarded(() -> broker.unsubscribe(name)); // a failed one costs nothing but traffic
              return null;
            });
  }

  /// Announces comings and goings once for each time of gathering.
  private void gatherNotice(LiveRoom room) {
    if (room.startsGathering()) {
      gathering.add(room);
      services.delay().after(GATHERING, () -> announce(room));
    }
  }

  private void announce(LiveRoom room) {
    gathering.remove(room);
    PresenceNotice notice = room.takeNotice();
    if (notice != null) {
      var _ = guarded(() -> broker.announce(room.name(), notice)); // lost when the broker is away
    }
    retireIfEmpty(room);
  }

  WebSocketMember member(WebSocketConnection connection) {
    WebSocketMember known = webSockets.get(connection);
    if (known != null) {
      return known;
    }
    WebSocketMember fresh = new WebSocketMember(connection);
    WebSocketMember other = webSockets.putIfAbsent(connection, fresh);
    if (other != null) {
      return other;
    }
    connection.whenClosed(_ -> forget(fresh));
    return fresh;
  }

  private void forget(WebSocketMember member) {
    try {
      for (String name : member.end()) {
        leave(name, member);
      }
    } finally {
      webSockets.remove(member.connection());
    }
  }

  void leave(String name, WebSocketConnection connection) {
    WebSocketMember member = webSockets.get(connection);
    if (member != null) {
      leave(name, member);
    }
  }

  // Publishing

  CompletableFuture<Published> publish(String name, Message message, PublishOptions options) {
    if (!gate.enter()) {
      return failed(name, new BrokerException("the server is going down"));
    }
    try {
      return publishInside(name, message, options);
    } finally {
      gate.leave();
    }
  }

  private CompletableFuture<Published> publishInside(
      String name, Message message, PublishOptions options) {
    CompletableFuture<Published> result;
    try {
      result = broker().publish(name, message, options, patterns.options(name).retention());
    } catch (RuntimeException failure) {
      return failed(name, failure);
    }
    if (!result.isDone()) {
      track(name, result);
    } else if (result.isCompletedExceptionally()) {
      services.events().publishFailed(name, reason(result.exceptionNow()));
    }
    relieve(name);
    return result;
  }

  private CompletableFuture<Published> failed(String name, RuntimeException failure) {
    services.events().publishFailed(name, reason(failure));
    return CompletableFuture.failedFuture(failure);
  }

  private void track(String name, CompletableFuture<Published> result) {
    underWay.incrementAndGet();
    var _ =
        result.whenComplete((_, failure) -> {
          underWay.decrementAndGet();
          if (failure != null) {
            services.events().publishFailed(name, reason(cause(failure)));
          }
        });
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  // What the broker tells

  @Override
  public void onPublication(String name, Publication publication) {
    LiveRoom room = rooms.get(name);
    if (room != null) {
      room.publish(publication);
    }
  }

  @Override
  public void relieve(String name) {
    LiveRoom room = rooms.get(name);
    if (room != null) {
      room.help();
    }
  }

  @Override
  public void onNotice(String name, PresenceNotice notice) {
    LiveRoom room = rooms.get(name);
    if (room != null) {
      room.notice(notice);
    }
  }

  @Override
  public void onPositionLost(String name, Position top, String reason) {
    LiveRoom room = rooms.get(name);
    if (room != null) {
      room.positionLost(top, reason);
    }
  }

  @Override
  public void onBrokerAway(String reason) {
    services.events().brokerAway(reason);
  }

  @Override
  public void onBrokerBack() {
    services.events().brokerBack();
  }

  // Asking

  Broker broker() {
    if (!started) {
      start();
    }
    return broker;
  }

  private synchronized void start() {
    if (!started) {
      broker.start(this);
      started = true;
    }
  }

  List<Member> members(String name) {
    LiveRoom room = rooms.get(name);
    return room == null ? List.of() : room.members();
  }

  int size(String name) {
    LiveRoom room = rooms.get(name);
    return room == null ? 0 : room.size();
  }

  RoomCounts counts() {
    long waiting = rooms.values().stream().mapToLong(LiveRoom::waitingBytes).sum();
    return services.counters().counts(rooms.size(), waiting);
  }

  /// WebSockets that have been in a room, for tests.
  int webSockets() {
    return webSockets.size();
  }

  // Going down

  void refusePublications() {
    gate.close();
  }

  CompletableFuture<Void> drained() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    Thread.ofVirtual().name("gimlet-rooms-drain").start(() -> drain(result));
    return result;
  }

  private void drain(CompletableFuture<Void> result) {
    while (!gate.isEmpty() || underWay.get() > 0) {
      LockSupport.parkNanos(DRAIN_PAUSE_NANOS);
    }
    rooms.values().forEach(LiveRoom::drain); // the broker may take longer than there is time
    if (started) {
      guarded(broker::drained).exceptionally(_ -> null).join();
      rooms.values().forEach(LiveRoom::drain);
    }
    result.complete(null);
  }

  void close() {
    closed = true;
    refusePublications();
    gathering.forEach(this::announce); // members of other nodes would not hear who was here last
    broker.close();
    services.presence().close();
  }
}
