package dev.gimlet.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.gimlet.redis.RedisServer.ForCommands;
import dev.gimlet.spi.BrokerException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The connection for commands: a bound on how many wait, a deadline for each, none tried twice
/// that Redis may have done.
///
/// Thread-safe: `usable` is volatile and the number of waiting commands atomic; making and losing
/// the connection belongs to the clock's thread. Answers come on an event loop of Lettuce's.
final class Commands implements Link.Owner<ForCommands> {

  /// Who wants to know when commands can be sent.
  interface Watcher {

    /// They can, now.
    void commandsOpened();

    /// They cannot.
    void commandsLost(String reason);
  }

  /// How long what Redis refuses for now is tried again: with the time of one more answer, less
  /// than the 5 seconds that a broker has.
  private static final Duration PATIENCE = Duration.ofMillis(800);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final RedisServer server;
  private final RedisOptions options;
  private final ScheduledExecutorService clock;
  private final Watcher watcher;
  private final Link<ForCommands> link;
  private final AtomicInteger pending = new AtomicInteger();
  private volatile @Nullable ForCommands usable; // null while Redis is away
  private volatile String absence = "it is not connected yet";

  Commands(
      RedisServer server, RedisOptions options, ScheduledExecutorService clock, Watcher watcher) {
    this.server = server;
    this.options = options;
    this.clock = clock;
    this.watcher = watcher;
    this.link = new Link<>(clock, clock, this);
  }

  void start() {
    link.start();
    long probeMillis = options.probeInterval().toMillis();
    clock.scheduleWithFixedDelay(this::probe, probeMillis, probeMillis, MILLISECONDS);
  }

  boolean isOpen() {
    return usable != null;
  }

  /// Commands that wait for their answer.
  int pending() {
    return pending.get();
  }

  /// The name of the command that publishes.
  byte[] publishCommand() {
    return (server.isSharded() ? "SPUBLISH" : "PUBLISH")
        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /// Publishes without storing.
  CompletableFuture<Long> publish(String channel, byte[] envelope) {
    return server.isSharded()
        ? send(commands -> commands.spublish(channel, envelope))
        : send(commands -> commands.publish(channel, envelope));
  }

  /// Runs a script, by its digest, or by its source when Redis has forgotten it.
  <T> CompletableFuture<T> run(
      Script script, ScriptOutputType output, String[] keys, byte[]... arguments) {
    CompletableFuture<T> answer =
        send(commands -> commands.evalsha(script.digest(), output, keys, arguments));
    return answer.exceptionallyCompose(failure ->
        Failures.isUnknownScript(failure)
            ? send(commands -> commands.eval(script.source(), output, keys, arguments))
            : CompletableFuture.failedFuture(failure));
  }

  /// As [#run], and again for a while when a cluster is moving the keys to another server, and has
  /// done nothing for that reason.
  <T> CompletableFuture<T> runPatiently(
      Script script, ScriptOutputType output, String[] keys, byte[]... arguments) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    return patiently(end, () -> run(script, output, keys, arguments));
  }

  private <T> CompletableFuture<T> patiently(long end, Supplier<CompletableFuture<T>> attempt) {
    return attempt
        .get()
        .exceptionallyCompose(failure ->
            Failures.isInTransit(failure) && System.nanoTime() < end
                ? pause().thenCompose(_ -> patiently(end, attempt))
                : CompletableFuture.failedFuture(failure));
  }

  /// What waits for another attempt waits for Redis, and counts.
  private CompletableFuture<Void> pause() {
    pending.incrementAndGet();
    return CompletableFuture.runAsync(
        pending::decrementAndGet,
        CompletableFuture.delayedExecutor(PAUSE.toMillis(), MILLISECONDS));
  }

  /// Sends a command; the future fails with a [BrokerException], at once when that is certain.
  <T> CompletableFuture<T> send(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
    ForCommands connection = usable;
    if (connection == null) {
      return CompletableFuture.failedFuture(away(absence));
    }
    if (pending.incrementAndGet() > options.maxPending()) {
      pending.decrementAndGet();
      return CompletableFuture.failedFuture(
          new BrokerException(
              "Redis is too slow: " + options.maxPending() + " commands wait for it already"));
    }
    var answer = new CompletableFuture<T>();
    begin(connection, command)
        .whenComplete((value, failure) -> {
          pending.decrementAndGet();
          if (failure == null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(judge(connection, failure));
          }
        });
    return answer;
  }

  private BrokerException away(String why) {
    return new BrokerException("Redis at " + options.place() + " cannot be reached: " + why);
  }

  private static <T> CompletionStage<T> begin(
      ForCommands connection,
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
    try {
      return command.apply(connection.commands());
    } catch (RuntimeException failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private Throwable judge(ForCommands connection, Throwable failure) {
    if (Failures.isOfServer(failure)) {
      link.fail(connection, Failures.reason(failure));
    }
    if (Failures.isNotSent(failure)) {
      return away(Failures.reason(failure));
    }
    return Failures.isUnknownScript(failure) ? failure : Failures.exception(failure);
  }

  /// Gives the connection up, because it seems to lead to the wrong server.
  void reconnect(String reason) {
    ForCommands connection = usable;
    if (connection != null) {
      link.fail(connection, reason);
    }
  }

  /// A connection may be dead without a sign of it: asks, with a deadline.
  private void probe() {
    ForCommands connection = usable;
    if (connection != null) {
      begin(connection, RedisClusterAsyncCommands::ping)
          .whenComplete((_, failure) -> {
            if (failure != null) {
              link.fail(connection, "no answer to a ping: " + Failures.reason(failure));
            }
          });
    }
  }

  @Override
  public CompletionStage<ForCommands> connect() {
    return server.connect().thenCompose(this::prepare);
  }

  private CompletionStage<ForCommands> prepare(ForCommands fresh) {
    var loads =
        Arrays.stream(Script.values())
            .map(script -> fresh.commands().scriptLoad(script.source()).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(loads)
        .handle((_, failure) -> {
          if (failure != null) {
            fresh.connection().closeAsync();
            throw Failures.exception(failure);
          }
          return fresh;
        });
  }

  @Override
  public void opened(ForCommands connection) {
    usable = connection;
    server.whenLost(
        connection.connection(), () -> link.fail(connection, "the connection was lost"));
    watcher.commandsOpened();
  }

  @Override
  public void lost(String reason) {
    usable = null;
    absence = reason;
    watcher.commandsLost(reason);
  }

  @Override
  public void discard(ForCommands connection) {
    usable = null;
    connection.connection().closeAsync();
  }

  /// Complete when nothing of it needs the server any more.
  CompletableFuture<Void> close() {
    absence = "the broker is closed";
    usable = null;
    return link.close();
  }
}
