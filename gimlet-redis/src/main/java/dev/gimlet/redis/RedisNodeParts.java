package dev.gimlet.redis;

import dev.gimlet.redis.Lane.Surroundings;
import dev.gimlet.spi.BrokerListener;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The parts of one broker, made together and ended together.
///
/// Thread-safe: fields are final but for the lanes, which are there after the start, and a lock
/// makes starting and closing happen once.
final class RedisNodeParts implements Commands.Watcher {

  private static final System.Logger LOG = System.getLogger("gimlet.redis");
  private static final long FIRST_CONNECTION_MILLIS = 2_000;
  private static final long LAST_WORDS_MILLIS = 1_000;

  private final RedisOptions options;
  private final ScheduledThreadPoolExecutor clock;
  private final RedisServer server;
  private final Figures figures = new Figures();
  private final Advice advice;
  private final Commands commands;
  private final RoomStore store;
  private final Nodes nodes;
  private final RedisPresenceStore presence;
  private volatile List<Lane> lanes = List.of(); // empty before the start
  private volatile List<ExecutorService> threads = List.of();
  private volatile @Nullable Availability availability; // null before the start
  private boolean isClosed;

  RedisNodeParts(RedisOptions options) {
    this.options = options;
    clock = new ScheduledThreadPoolExecutor(1, named("gimlet-redis-clock"), new DiscardPolicy());
    clock.setRemoveOnCancelPolicy(true);
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    server = options.isCluster() ? new ClusterServer(options) : new SingleServer(options);
    advice = new Advice(options.place(), RedisNodeParts::log);
    commands = new Commands(server, options, clock, this);
    store = new RoomStore(commands, options.keyPrefix());
    nodes = new Nodes(commands, options);
    presence = new RedisPresenceStore(commands, options, clock);
  }

  private static void log(Advice.Line line) {
    LOG.log(line.isWarning() ? Level.WARNING : Level.INFO, line.text());
  }

  private static ThreadFactory named(String name) {
    return Thread.ofPlatform().daemon().name(name).factory();
  }

  /// Waits a little for the first connection, so that what a program publishes first is taken.
  void start(BrokerListener listener) {
    Availability fresh = begin(listener);
    try {
      fresh.firstNews().get(FIRST_CONNECTION_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException late) {
      // it is connected to when it is there
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Availability begin(BrokerListener listener) {
    if (isClosed || availability != null) {
      throw new IllegalStateException("a broker is started once");
    }
    var fresh = new Availability(clock, listener);
    var around = new Surroundings(server, options, commands, store, figures, clock);
    threads = IntStream.range(0, options.lanes()).mapToObj(RedisNodeParts::laneThread).toList();
    lanes =
        IntStream.range(0, options.lanes())
            .mapToObj(number -> lane(number, around, listener, fresh))
            .toList();
    fresh.expect(commands);
    availability = fresh;
    commands.start();
    lanes.forEach(Lane::start);
    nodes.start(clock);
    presence.start();
    return fresh;
  }

  private static ExecutorService laneThread(int number) {
    return new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        named("gimlet-redis-lane-" + number),
        new DiscardPolicy());
  }

  private Lane lane(
      int number, Surroundings around, BrokerListener listener, Availability availability) {
    var part = new Object();
    availability.expect(part);
    return new Lane(
        number,
        around,
        listener,
        threads.get(number),
        failure -> availability.report(part, withPlace(failure)));
  }

  /// Where the room's publications arrive, always the same lane.
  Lane lane(String room) {
    List<Lane> all = lanes;
    if (all.isEmpty()) {
      throw new IllegalStateException("the broker was not started");
    }
    return all.get(Math.floorMod(room.hashCode(), all.size()));
  }

  @Override
  public void commandsOpened() {
    report(null);
    advice.ask(commands);
    lanes.forEach(Lane::commandsOpened);
    presence.refreshAll();
  }

  @Override
  public void commandsLost(String reason) {
    figures.attempts.increment();
    report(reason);
    lanes.forEach(lane -> lane.commandsLost(reason));
  }

  private void report(@Nullable String failure) {
    Availability known = availability;
    if (known != null) {
      known.report(commands, withPlace(failure));
    }
  }

  private @Nullable String withPlace(@Nullable String failure) {
    return failure == null ? null : "Redis at " + options.place() + ": " + failure;
  }

  CompletableFuture<Void> drained() {
    return CompletableFuture.allOf(
        lanes.stream().map(Lane::drained).toArray(CompletableFuture[]::new));
  }

  boolean isReady() {
    Availability known = availability;
    return known != null && known.isReady();
  }

  Commands commands() {
    return commands;
  }

  RoomStore store() {
    return store;
  }

  Figures figures() {
    return figures;
  }

  Nodes nodes() {
    return nodes;
  }

  RedisPresenceStore presence() {
    return presence;
  }

  void close() {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
    }
    Availability known = availability;
    if (known != null) {
      known.close();
    }
    sayGoodbye();
    CompletableFuture<?>[] closing =
        Stream.concat(lanes.stream().map(Lane::close), Stream.of(commands.close()))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(closing).thenRun(this::end);
  }

  /// What the parts needed until they had closed.
  private void end() {
    server.shutdown();
    threads.forEach(ExecutorService::shutdown);
    clock.shutdown();
  }

  /// Other nodes need not wait for what this one has entered to expire.
  private void sayGoodbye() {
    presence.close();
    try {
      nodes
          .leave()
          .get(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS); // what was sent before is done too
    } catch (ExecutionException | TimeoutException away) {
      // it will expire
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
