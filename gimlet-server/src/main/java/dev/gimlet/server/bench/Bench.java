package dev.gimlet.server.bench;

import dev.gimlet.server.load.BroadcastLoad;
import dev.gimlet.server.load.Clients;
import dev.gimlet.server.load.EchoLoad;
import dev.gimlet.server.load.Load;
import dev.gimlet.server.load.LoadTransport;
import dev.gimlet.server.load.PacedLoad;
import dev.gimlet.server.load.RollCall;
import dev.gimlet.server.load.StampedMessages;
import dev.gimlet.websocket.GimletException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// One run of a load: connects, sends for a time, waits for the rest, and counts.
///
/// Owned by the thread that runs it.
public final class Bench {

  /// What a run tells while it goes on; called five times a second by the thread that runs it.
  public interface Progress {

    /// So much of the time is over, from 0 to 1, and so many messages came in the last second.
    void tell(double part, Duration left, long messagesPerSecond);
  }

  /// What there was when the time was over: the last answers come later.
  private record Measured(double seconds, long received, double busy) {}

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int LOOKS_PER_SECOND = 5;
  private static final Duration TO_JOIN = Duration.ofSeconds(10);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final Duration SLOW_READERS_TO_END = Duration.ofSeconds(3);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final BenchOptions options;
  private final BooleanSupplier stopped;
  private final StampedMessages messages;

  private Bench(BenchOptions options, BooleanSupplier stopped) {
    this.options = options;
    this.stopped = stopped;
    StampedMessages.Receivers receivers =
        options.isEcho() ? StampedMessages.Receivers.SENDER : StampedMessages.Receivers.OTHERS;
    this.messages =
        new StampedMessages(
            receivers, options.connections() + options.slowReaders(), options.sizeBytes());
  }

  /// Runs a load to its end, or until it is stopped; then the result is of the time so far.
  ///
  /// @throws GimletException when the connections cannot be opened; the message says why
  public static BenchResult run(BenchOptions options, Progress progress, BooleanSupplier stopped)
      throws InterruptedException {
    Bench bench = new Bench(options, stopped);
    try {
      return bench.run(progress);
    } finally {
      bench.messages.release();
    }
  }

  private BenchResult run(Progress progress) throws InterruptedException {
    try (Clients clients = new Clients(options.target(), LoadTransport.best())) {
      Load load = load(clients);
      int all = options.connections() + options.slowReaders();
      clients.connect(new Clients.Crowd(all, options.slowReaders()), load, messages);
      if (!options.isEcho()) {
        new RollCall(clients, messages, options.connections() - 1, TO_JOIN).hold(stopped);
      }
      long start = System.nanoTime();
      long cpu = THREADS.getThreadCpuTime(clients.threadId());
      clients.onLoop(load::start);
      watch(clients, load, start, progress);
      clients.onLoop(load::stop);
      long received = load.messages();
      double nanos = System.nanoTime() - start;
      double busy = (THREADS.getThreadCpuTime(clients.threadId()) - cpu) / nanos;
      awaitLastAnswers(clients, load);
      SortedMap<Integer, Integer> slowReaderEnds = clients.stalledEnds(SLOW_READERS_TO_END);
      return result(clients, load, new Measured(nanos / 1e9, received, busy), slowReaderEnds);
    }
  }

  private Load load(Clients clients) {
    if (options.rate() > 0) {
      long most = Math.ceilDiv(options.rate() * options.duration().toMillis(), 1000L);
      return new PacedLoad(clients, options.rate(), options.senders(), most);
    }
    return options.isEcho()
        ? new EchoLoad(options.inFlight(), options.senders())
        : new BroadcastLoad(options.inFlight(), 1, options.connections() - 1);
  }

  private void watch(Clients clients, Load load, long start, Progress progress)
      throws InterruptedException {
    long end = start + options.duration().toNanos();
    long before = 0;
    long now = start;
    while (now < end && clients.failure().isEmpty() && !stopped.getAsBoolean()) {
      clients.runFor(Duration.ofNanos(Math.min(LOOK.toNanos(), end - now)));
      now = System.nanoTime();
      long count = load.messages();
      double part = Math.min(1, (now - start) / (double) (end - start));
      Duration left = Duration.ofNanos(Math.max(0, end - now));
      progress.tell(part, left, (count - before) * LOOKS_PER_SECOND);
      before = count;
    }
  }

  private void awaitLastAnswers(Clients clients, Load load) throws InterruptedException {
    long end = System.nanoTime() + LAST_ANSWERS.toNanos();
    long[] expected = {0};
    clients.onLoop(() -> expected[0] = expected());
    while (System.nanoTime() < end
        && load.messages() < expected[0]
        && clients.failure().isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private long sent() {
    long sent = 0;
    for (int i = 0; i < options.senders(); i++) {
      sent += messages.sent(i);
    }
    return sent;
  }

  private long expected() {
    return options.isEcho() ? sent() : sent() * (options.connections() - 1L);
  }

  private BenchResult result(
      Clients clients, Load load, Measured measured, SortedMap<Integer, Integer> slowReaderEnds)
      throws InterruptedException {
    BenchResult[] result = new BenchResult[1];
    clients.onLoop(() -> result[0] = count(clients, load, measured, slowReaderEnds));
    return result[0];
  }

  private BenchResult count(
      Clients clients, Load load, Measured measured, SortedMap<Integer, Integer> slowReaderEnds) {
    long sent = sent();
    long lost = 0;
    long duplicated = 0;
    long reordered = 0;
    for (int i = options.isEcho() ? 0 : 1; i < options.connections(); i++) {
      lost += messages.check(i).lost(options.isEcho() ? messages.sent(i) : sent);
      duplicated += messages.check(i).duplicated();
      reordered += messages.check(i).reordered();
    }
    return new BenchResult(
        options,
        measured.seconds(),
        sent,
        measured.received(),
        load.messages(),
        lost,
        duplicated,
        reordered,
        load instanceof PacedLoad paced ? paced.refused() : 0,
        clients.ended(),
        clients.failure().orElse(""),
        slowReaderEnds,
        measured.busy(),
        messages.latency().copy());
  }
}
