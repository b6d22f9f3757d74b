package dev.gimlet.server.bench;

import dev.gimlet.client.ClientLink;
import dev.gimlet.client.ClientListener;
import dev.gimlet.client.Ending;
import dev.gimlet.client.WebSocketClient;
import dev.gimlet.websocket.GimletException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Recorder;

/// One run of a load: connects, sends for a time, waits for the rest, and counts.
///
/// Thread-safe: atomic numbers, one recorder, and fields that are set before the load begins.
public final class Bench {

  /// What a run tells while it goes on; called five times a second by the thread that runs it.
  public interface Progress {

    /// So much of the time is over, from 0 to 1, and so many messages came in the last second.
    void tell(double part, Duration left, long messagesPerSecond);
  }

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final Duration TO_CONNECT = Duration.ofSeconds(60);
  private static final int CONNECTING_AT_ONCE = 200;
  private static final long LONGEST_NANOS = Duration.ofHours(1).toNanos();
  private static final long BURST = 1_000; // messages that are late are sent in pieces

  private final BenchOptions options;
  private final int run = ThreadLocalRandom.current().nextInt();
  private final String padding;
  private final Recorder latency = new Recorder(LONGEST_NANOS, 3);
  private final AtomicLong received = new AtomicLong();
  private final AtomicInteger ended = new AtomicInteger();
  private final Semaphore dialling = new Semaphore(CONNECTING_AT_ONCE);
  private final AtomicInteger open = new AtomicInteger();
  private final CompletableFuture<Void> allOpen = new CompletableFuture<>();
  private final List<Player> players = new ArrayList<>();
  private final BooleanSupplier stopped;
  private final AtomicReference<String> firstEnd = new AtomicReference<>("");
  private volatile boolean sending;
  private volatile boolean closing;

  private Bench(BenchOptions options, BooleanSupplier stopped) {
    this.options = options;
    this.stopped = stopped;
    this.padding = "x".repeat(options.sizeBytes() - BenchMessage.HEADER_BYTES);
  }

  /// Runs a load to its end, or until it is stopped; then the result is of the time so far.
  ///
  /// @throws GimletException when the connections cannot be opened; the message says why
  public static BenchResult run(BenchOptions options, Progress progress, BooleanSupplier stopped)
      throws InterruptedException {
    return new Bench(options, stopped).run(progress);
  }

  private BenchResult run(Progress progress) throws InterruptedException {
    WebSocketClient client = WebSocketClient.create(options.client());
    double seconds;
    double busy;
    AtomicInteger slowEnded = new AtomicInteger();
    try (client) {
      connect(client);
      connectSlowReaders(client, slowEnded);
      long start = System.nanoTime();
      Duration cpu = cpuTime();
      sending = true;
      send(start, progress);
      sending = false;
      seconds = (System.nanoTime() - start) / 1e9;
      busy = cpuTime().minus(cpu).toNanos() / 1e9 / seconds;
      awaitLastAnswers();
      closing = true;
    }
    return result(
        seconds, busy, slowEnded.get()); // all loops have ended: what they counted is seen
  }

  private static Duration cpuTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  // Connecting

  private void connect(WebSocketClient client) throws InterruptedException {
    for (int i = 0; i < options.connections(); i++) {
      if (!dialling.tryAcquire(TO_CONNECT.toSeconds(), TimeUnit.SECONDS) || allOpen.isDone()) {
        break;
      }
      Player player = new Player(this, i, i < options.senders());
      players.add(player);
      client.connect(options.uri(), player);
    }
    try {
      allOpen.get(TO_CONNECT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof GimletException cause
          ? cause
          : new GimletException("cannot connect", failed);
    } catch (TimeoutException late) {
      throw new GimletException(
          open + " of " + options.connections() + " connections were open after " + TO_CONNECT);
    }
  }

  private void connectSlowReaders(WebSocketClient client, AtomicInteger slowEnded) {
    List<URI> addresses = List.of(options.uri());
    ClientListener counting =
        new ClientListener() {
          @Override
          public void onClose(ClientLink link, Ending ending) {
            if (!closing) {
              slowEnded.incrementAndGet();
            }
          }
        };
    for (int i = 0; i < options.slowReaders(); i++) {
      client.open(addresses, counting);
    }
  }

  void onOpen() {
    dialling.release();
    if (open.incrementAndGet() == options.connections()) {
      allOpen.complete(null);
    }
  }

  void onEnd(Ending ending) {
    dialling.release();
    allOpen.completeExceptionally(new GimletException(ending.reason()));
    if (!closing) {
      firstEnd.compareAndSet("", ending.reason());
      ended.incrementAndGet();
    }
  }

  // The load

  int run() {
    return run;
  }

  String padding() {
    return padding;
  }

  boolean isEcho() {
    return options.mode() == BenchOptions.Mode.ECHO;
  }

  /// A message is back; as fast as it can, the next one follows.
  void received(Player by, long intendedNanos) {
    long now = System.nanoTime();
    latency.recordValue(Math.clamp(now - intendedNanos, 0, LONGEST_NANOS));
    long count = received.incrementAndGet();
    if (!sending || options.rate() > 0) {
      return;
    }
    if (isEcho()) {
      by.send(now);
    } else if (count % (options.connections() - 1) == 0) {
      sendFrom(players.getFirst(), now);
    }
  }

  private void send(long start, Progress progress) {
    if (options.rate() == 0) {
      players.stream().limit(options.senders()).forEach(this::fill);
    }
    long end = start + options.duration().toNanos();
    long nextLook = start + LOOK.toNanos();
    long before = 0;
    long issued = 0;
    for (long now = start; now < end && !isOver(); now = System.nanoTime()) {
      issued = issue(issued, start, now);
      if (now >= nextLook) {
        long count = received.get();
        Duration left = Duration.ofNanos(end - now);
        progress.tell((now - start) / (double) (end - start), left, (count - before) * 5);
        before = count;
        nextLook += LOOK.toNanos();
      }
      long due = options.rate() == 0 ? nextLook : Math.min(nextLook, intended(issued, start));
      LockSupport.parkNanos(Math.min(due, end) - System.nanoTime());
    }
    if (!isOver()) {
      issue(issued, start, end); // what a late turn of this loop still owes
    }
  }

  private boolean isOver() {
    return ended.get() > 0 || stopped.getAsBoolean();
  }

  private void fill(Player player) {
    for (int i = 0; i < options.inFlight(); i++) {
      sendFrom(player, System.nanoTime());
    }
  }

  /// Sends what was to be sent by now, at a given rate.
  private long issue(long issued, long start, long now) {
    if (options.rate() == 0) {
      return issued;
    }
    long next = issued;
    while (next - issued < BURST && intended(next, start) < now) {
      sendFrom(players.get((int) (next % options.senders())), intended(next, start));
      next++;
    }
    return next;
  }

  private long intended(long number, long start) {
    return start + (long) (number * (1e9 / options.rate()));
  }

  private static void sendFrom(Player player, long intendedNanos) {
    player.onLoop(() -> player.send(intendedNanos));
  }

  private void awaitLastAnswers() throws InterruptedException {
    long end = System.nanoTime() + LAST_ANSWERS.toNanos();
    while (System.nanoTime() < end && received.get() < expected()) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos() / 10);
    }
  }

  private long expected() {
    long sent = players.stream().mapToLong(Player::sent).sum();
    return isEcho() ? sent : sent * (options.connections() - 1L);
  }

  private BenchResult result(double seconds, double busy, int slowEnded) {
    long sent = players.stream().mapToLong(Player::sent).sum();
    long lost = 0;
    long duplicated = 0;
    long reordered = 0;
    for (Player player : players) {
      if (isEcho() || player != players.getFirst()) {
        lost += player.check().lost(isEcho() ? player.sent() : sent);
        duplicated += player.check().duplicated();
        reordered += player.check().reordered();
      }
    }
    return new BenchResult(
        options,
        seconds,
        sent,
        received.get(),
        lost,
        duplicated,
        reordered,
        players.stream().mapToLong(Player::refused).sum(),
        ended.get(),
        firstEnd.get(),
        slowEnded,
        busy / options.client().eventLoops(),
        latency.getIntervalHistogram());
  }
}
