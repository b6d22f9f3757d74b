package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.BrokerListener;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Retention;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One connection for channels and the rooms that are subscribed on it; a room has one lane.
///
/// Owned by its thread: what arrives, answers of reads, subscribing and the clock's ticks become
/// tasks there, so that the calls for a room come one at a time and in order. Only the bytes that
/// wait for the thread are counted from outside; beyond a bound they are dropped, and read later.
final class Lane implements Link.Owner<Channels>, Channels.Receiver {

  /// Channels in one SUBSCRIBE; the next batch follows when Redis has confirmed it.
  static final int BATCH = 500;

  /// Reads that are under way at once.
  static final int MAX_READS = 64;

  /// What may wait for the thread.
  static final long MAX_WAITING_BYTES = 64 << 20;

  private static final int SILENT_PERIODS = 2;
  private static final int MESSAGE_OVERHEAD_BYTES = 100;

  /// What a lane needs of its broker.
  record Surroundings(
      RedisServer server,
      RedisOptions options,
      Commands commands,
      RoomStore store,
      Figures figures,
      ScheduledExecutorService clock) {}

  private final Surroundings around;
  private final BrokerListener listener;
  private final Executor thread;
  private final Consumer<@Nullable String> state; // null: caught up; otherwise why it is not
  private final Link<Channels> link;
  private final String probeChannel;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicBoolean hasOverflowed = new AtomicBoolean();
  private final Map<String, RoomSubscription> byChannel = new HashMap<>();
  private final Deque<RoomSubscription> reads = new ArrayDeque<>();
  private int readsUnderWay;
  private @Nullable Channels connection; // null while there is none
  private volatile String absence = "it is not connected yet";
  private boolean hasFailed; // and has not connected since
  private boolean isSubscribing; // batches are on their way
  private boolean isInStep; // the broker was told that everything is caught up
  private final Backoff retries = new Backoff();
  private boolean retryIsDue;
  private volatile boolean isClosed;
  private int silentPeriods;
  private volatile boolean heard; // something arrived in this period
  private long probedAt = System.nanoTime();

  Lane(
      int number,
      Surroundings around,
      BrokerListener listener,
      Executor thread,
      Consumer<@Nullable String> state) {
    this.around = around;
    this.listener = listener;
    this.thread = thread;
    this.state = state;
    this.link = new Link<>(thread, around.clock(), this);
    this.probeChannel =
        around.options().keyPrefix() + ":probe:" + around.options().node() + ":" + number;
  }

  void start() {
    link.start();
    every(around.options().probeInterval().toMillis(), this::probe);
    every(around.options().positionInterval().toMillis(), this::checkAll);
  }

  private void every(long millis, Runnable task) {
    around.clock().scheduleWithFixedDelay(() -> thread.execute(task), millis, millis, MILLISECONDS);
  }

  /// Complete when nothing of it needs the server any more.
  CompletableFuture<Void> close() {
    isClosed = true;
    thread.execute(() -> {
      var closed = new BrokerException("the broker is closed");
      byChannel
          .values()
          .forEach(it -> it.abandon().forEach(future -> future.completeExceptionally(closed)));
      byChannel.clear();
    });
    return link.close();
  }

  // --- rooms

  CompletableFuture<Void> subscribe(String room, Retention retention) {
    var future = new CompletableFuture<Void>();
    if (isClosed) {
      future.completeExceptionally(new BrokerException("the broker is closed"));
      return future;
    }
    thread.execute(() -> subscribe(room, retention, future));
    Future<?> deadline =
        around
            .clock()
            .schedule(
                () -> future.completeExceptionally(away(room)),
                around.options().commandTimeout().toMillis(),
                MILLISECONDS);
    return future.whenComplete((_, _) -> deadline.cancel(false));
  }

  private void subscribe(String room, Retention retention, CompletableFuture<Void> future) {
    RoomKeys keys = around.store().keys(room);
    RoomSubscription known = byChannel.get(keys.channel());
    if (known == null || !known.retention.equals(retention)) {
      known = RoomSubscription.inPlaceOf(known, new RoomSubscription(room, keys, retention, this));
      byChannel.put(keys.channel(), known);
      begin(List.of(known));
    }
    if (connection == null && hasFailed) {
      future.completeExceptionally(away(room));
    } else {
      known.await(future);
    }
  }

  private BrokerException away(String room) {
    return new BrokerException(
        "Redis at "
            + around.options().place()
            + " cannot be reached, room \""
            + room
            + "\" is subscribed when it is back: "
            + absence);
  }

  CompletableFuture<Void> unsubscribe(String room) {
    var future = new CompletableFuture<Void>();
    if (isClosed) {
      future.complete(null);
    }
    thread.execute(() -> {
      String channel = around.store().keys(room).channel();
      RoomSubscription known = byChannel.remove(channel);
      if (known != null) {
        known.abandon().forEach(it -> it.cancel(false));
        if (connection != null) {
          connection.unsubscribe(channel);
        }
      }
      future.complete(null);
    });
    return future;
  }

  // --- the connection

  @Override
  public CompletionStage<Channels> connect() {
    return around.server().connectChannels(this);
  }

  @Override
  public void opened(Channels fresh) {
    connection = fresh;
    absence = "it does not answer in time";
    hasFailed = false;
    silentPeriods = 0;
    heard = true;
    fresh.whenLost(() -> link.fail(fresh, "the connection was lost"));
    watch(fresh, fresh.subscribe(probeChannel));
    isSubscribing = true;
    subscribeInBatches(fresh, new ArrayDeque<>(byChannel.values()));
  }

  @Override
  public void lost(String reason) {
    absence = reason;
    hasFailed = true;
    connection = null;
    around.figures().attempts.increment();
    byChannel.values().forEach(it -> it.isSubscribed = false);
    fallOutOfStep(reason);
  }

  @Override
  public void discard(Channels unwanted) {
    unwanted.close();
  }

  private void subscribeInBatches(Channels on, Deque<RoomSubscription> rest) {
    if (!Objects.equals(connection, on)) {
      return; // lost meanwhile
    }
    List<RoomSubscription> batch = nextBatch(rest);
    if (batch.isEmpty()) {
      isSubscribing = false;
      stepIn();
    } else {
      subscribe(on, batch, () -> subscribeInBatches(on, rest));
    }
  }

  /// Without those that were unsubscribed while others had their turn.
  private List<RoomSubscription> nextBatch(Deque<RoomSubscription> rest) {
    List<RoomSubscription> batch = new ArrayList<>(BATCH);
    while (batch.size() < BATCH && !rest.isEmpty()) {
      RoomSubscription next = rest.remove();
      if (isKnown(next)) {
        batch.add(next);
      }
    }
    return batch;
  }

  private void begin(List<RoomSubscription> fresh) {
    Channels on = connection;
    if (on != null) {
      subscribe(on, fresh, () -> {});
    }
  }

  private void subscribe(Channels on, List<RoomSubscription> batch, Runnable then) {
    String[] channels = batch.stream().map(it -> it.keys.channel()).toArray(String[]::new);
    watch(on, on.subscribe(channels))
        .thenRun(() ->
            thread.execute(() -> {
              if (Objects.equals(connection, on)) {
                batch.forEach(this::confirm);
                then.run();
              }
            }));
  }

  /// Gives the connection up when this fails.
  private CompletionStage<Void> watch(Channels on, CompletionStage<Void> command) {
    return command.whenComplete((_, failure) -> {
      if (failure != null) {
        link.fail(on, Failures.reason(failure));
      }
    });
  }

  private void confirm(RoomSubscription room) {
    if (isKnown(room)) {
      room.isSubscribed = true;
      room.checkAnew();
      room.settle();
    }
  }

  private boolean isKnown(RoomSubscription room) {
    return byChannel.get(room.keys.channel()) == room;
  }

  // --- what arrives

  /// Counts and hands over, never blocks.
  @Override
  public void receive(String channel, byte[] message) {
    heard = true;
    int size = message.length + MESSAGE_OVERHEAD_BYTES;
    if (waitingBytes.addAndGet(size) > MAX_WAITING_BYTES) {
      waitingBytes.addAndGet(-size);
      if (hasOverflowed.compareAndSet(false, true)) {
        around.figures().overflows.increment();
        thread.execute(this::recoverFromOverflow);
      }
    } else {
      thread.execute(() -> {
        waitingBytes.addAndGet(-size);
        arrive(channel, message);
      });
    }
  }

  /// Subscribes it again, where it is now.
  @Override
  public void dropped(String channel) {
    thread.execute(() -> {
      RoomSubscription room = byChannel.get(channel);
      if (room != null) {
        room.isSubscribed = false;
        begin(List.of(room));
      } else if (channel.equals(probeChannel) && connection != null) {
        watch(connection, connection.subscribe(probeChannel));
      }
    });
  }

  /// Everything that had waited before it has been passed on now; what was dropped is read.
  private void recoverFromOverflow() {
    hasOverflowed.set(false);
    withHistory().forEach(RoomSubscription::checkAnew);
  }

  private void arrive(String channel, byte[] message) {
    RoomSubscription room = byChannel.get(channel);
    if (room != null) {
      switch (Envelope.read(message)) {
        case Envelope.History(Stored stored) -> follow(room, stored);
        case Envelope.Passing(Publication publication) -> deliver(room.room, publication);
        case Envelope.Notice(var notice) -> listener.onNotice(room.room, notice);
        case Envelope.Unreadable() -> around.figures().unreadable.increment();
      }
      listener.relieve(room.room);
    }
  }

  private void follow(RoomSubscription room, Stored stored) {
    if (room.cursor == null) {
      deliver(room.room, stored.publication());
    } else {
      room.cursor.onLive(stored);
    }
  }

  void deliver(String room, Publication publication) {
    around.figures().received.increment();
    listener.onPublication(room, publication);
  }

  void lost(String room, Position top, String reason) {
    around.figures().lost.increment();
    listener.onPositionLost(room, top, reason);
  }

  // --- reads

  void queueRead(RoomSubscription room) {
    if (!room.isQueued) {
      room.isQueued = true;
      reads.add(room);
    }
    pump();
  }

  private void pump() {
    while (readsUnderWay < MAX_READS && around.commands().isOpen() && !reads.isEmpty()) {
      RoomSubscription room = reads.poll();
      room.isQueued = false;
      if (isKnown(room)) {
        readsUnderWay++;
        around
            .store()
            .read(room.room, room.readSince, room.retention)
            .whenComplete((page, failure) ->
                thread.execute(() -> {
                  readsUnderWay--;
                  take(room, cursor -> cursor.onPage(page), failure);
                }));
      }
    }
    stepIn();
  }

  void breakEpoch(RoomSubscription room, String broken) {
    around
        .store()
        .breakEpoch(room.room, broken, room.retention)
        .whenComplete((top, failure) ->
            thread.execute(() -> take(room, cursor -> cursor.onNewEpoch(top), failure)));
  }

  private void take(
      RoomSubscription room, Consumer<RoomCursor> answer, @Nullable Throwable failure) {
    if (room.cursor != null && isKnown(room)) {
      if (failure == null) {
        retries.reset();
        answer.accept(room.cursor);
        room.settle();
        listener.relieve(room.room);
      } else {
        room.cursor.onFailure();
        retryLater();
      }
    }
    pump();
  }

  private void retryLater() {
    if (!retryIsDue) {
      retryIsDue = true;
      long millis = retries.next().toMillis();
      around.clock().schedule(() -> thread.execute(this::retry), millis, MILLISECONDS);
    }
  }

  private void retry() {
    retryIsDue = false;
    withHistory().stream()
        .filter(room -> room.cursor != null && room.cursor.needsCheck())
        .forEach(RoomSubscription::check);
    pump();
  }

  private void checkAll() {
    withHistory().forEach(RoomSubscription::check);
  }

  private Collection<RoomSubscription> withHistory() {
    return byChannel.values().stream().filter(it -> it.cursor != null && it.isSubscribed).toList();
  }

  // --- in step or not

  /// Commands can be sent again: reads everything that may have happened meanwhile.
  void commandsOpened() {
    thread.execute(() -> {
      checkAll();
      pump();
    });
  }

  /// Commands cannot be sent: nothing that is missing can be found.
  void commandsLost(String reason) {
    thread.execute(() -> fallOutOfStep(reason));
  }

  private void fallOutOfStep(String reason) {
    isInStep = false;
    state.accept(reason);
  }

  private void stepIn() {
    if (!isInStep
        && connection != null
        && !isSubscribing
        && around.commands().isOpen()
        && !retryIsDue
        && reads.isEmpty()
        && readsUnderWay == 0) {
      isInStep = true;
      state.accept(null);
    }
  }

  /// Complete when everything that Redis had sent before has been passed on, or that takes too
  /// long, or it cannot be known: an answer comes behind what was sent on the same connection.
  CompletableFuture<Void> drained() {
    var result = new CompletableFuture<Void>();
    thread.execute(() -> {
      CompletionStage<Void> answer =
          connection == null ? CompletableFuture.completedFuture(null) : connection.ping();
      answer.whenComplete((_, _) -> thread.execute(() -> result.complete(null)));
    });
    return result.completeOnTimeout(
        null, around.options().commandTimeout().toMillis(), MILLISECONDS);
  }

  // --- dead connections

  /// Asks the connection itself, and sends something through Redis that must come back: a channel
  /// may be dead on a connection that is not.
  private void probe() {
    Channels on = connection;
    long now = System.nanoTime();
    if (on == null || now - probedAt < around.options().probeInterval().toNanos() / 2) {
      return; // ticks that waited for this thread come in a row: they are no periods
    }
    probedAt = now;
    silentPeriods = heard ? 0 : silentPeriods + 1;
    heard = false;
    if (silentPeriods >= SILENT_PERIODS) {
      link.fail(on, "nothing arrives through Redis any more");
      around.commands().reconnect("nothing that is published arrives any more");
      return;
    }
    watch(on, on.ping());
    around
        .commands()
        .publish(probeChannel, "?".getBytes(ISO_8859_1))
        .whenComplete((_, failure) -> {
          if (failure != null) {
            heard = true; // no fault of this connection
          }
        });
  }
}
