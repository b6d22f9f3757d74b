package dev.gimlet.server.metrics;

import dev.gimlet.http.EventStream;
import dev.gimlet.room.RoomCounts;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketConnection;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Counts what happens in a server and writes it as Prometheus reads it.
///
/// Thread-safe: plain concurrent counters, which a scrape reads, and a lock for one scrape at a
/// time. `docs/metrics.md` lists them.
public final class ServerMetrics implements ServerEvents, AutoCloseable {

  /// The media type of [#scrape()].
  public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final LongAdder open = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final LabelledCounts<CloseClass> closed = new LabelledCounts<>(CloseClass.class);
  private final LabelledCounts<Refusal> refused = new LabelledCounts<>(Refusal.class);
  private final LongAdder streams = new LongAdder();
  private final LongAdder streamsOpened = new LongAdder();
  private final LabelledCounts<EventStream.End> streamsClosed =
      new LabelledCounts<>(EventStream.End.class);
  private final LongAdder handlerFailures = new LongAdder();
  private final LabelledCounts<SlowConsumerPolicy> slowConsumers =
      new LabelledCounts<>(SlowConsumerPolicy.class);
  private final LongAdder tlsFailures = new LongAdder();
  private final LongAdder acceptFailures = new LongAdder();
  private final LongAdder blocked = new LongAdder();
  private final LongAdder blockedNanos = new LongAdder();
  private final LongAdder publishFailures = new LongAdder();
  private volatile boolean brokerAway;
  private volatile boolean draining;
  private volatile RoomCounts roomCounts = new RoomCounts(0, 0, 0, 0, 0); // at the last scrape
  private volatile Supplier<RoomCounts> rooms = () -> roomCounts;
  private String scraped = ""; // empty before the first scrape
  private long scrapedNanos;

  /// Nothing has happened yet.
  public ServerMetrics() {
    this(System::nanoTime);
  }

  /// With a clock of its own, which tells how old a scrape is.
  public ServerMetrics(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    gauge("gimlet.websockets", "WebSockets that are open", open);
    counter("gimlet.websockets.opened", "WebSockets opened", opened);
    closed.register(
        registry, "gimlet.websockets.closed", "class", "WebSockets closed", CloseClass::label);
    refused.register(
        registry, "gimlet.handshakes.refused", "reason", "Upgrades refused", Refusal::label);
    gauge("gimlet.event.streams", "Streams of server-sent events that are open", streams);
    counter("gimlet.event.streams.opened", "Streams of server-sent events begun", streamsOpened);
    streamsClosed.register(
        registry,
        "gimlet.event.streams.closed",
        "reason",
        "Streams of server-sent events ended",
        end -> end.name().toLowerCase(Locale.ROOT));
    counter("gimlet.handler.failures", "Handlers and listeners that threw", handlerFailures);
    slowConsumers.register(
        registry,
        "gimlet.slow.consumer.messages",
        "policy",
        "Messages that slow consumers did not get",
        policy -> policy.name().toLowerCase(Locale.ROOT));
    counter("gimlet.tls.failures", "TLS handshakes that failed", tlsFailures);
    counter(
        "gimlet.accept.failures",
        "Minutes in which connections could not be accepted",
        acceptFailures);
    counter("gimlet.loop.blocked", "Times an event loop was held for more than 200 ms", blocked);
    counts(
        "gimlet.loop.blocked.seconds",
        "Time for which they were held",
        this,
        ServerMetrics::blockedSeconds);
    counter("gimlet.publish.failures", "Publications the broker did not take", publishFailures);
    Gauge.builder("gimlet.broker.away", this, metrics -> metrics.brokerAway ? 1 : 0)
        .description("Whether the broker cannot be reached")
        .register(registry);
    Gauge.builder("gimlet.draining", this, metrics -> metrics.draining ? 1 : 0)
        .description("Whether the server is going down")
        .register(registry);
    registerRooms();
    bind(
        new JvmMemoryMetrics(),
        new JvmThreadMetrics(),
        garbageCollection,
        new ProcessorMetrics(),
        new UptimeMetrics(),
        new FileDescriptorMetrics());
  }

  /// Counts what these rooms hold and have done, too.
  public void watch(Supplier<RoomCounts> rooms) {
    this.rooms = rooms;
  }

  private void registerRooms() {
    gauge("gimlet.rooms", "Rooms with members", RoomCounts::rooms);
    gauge("gimlet.room.members", "Memberships in rooms", RoomCounts::members);
    gauge("gimlet.room.waiting.bytes", "On their way to members", RoomCounts::waitingBytes);
    counts(
        "gimlet.publications",
        "Publications that came to rooms with members",
        this,
        metrics -> metrics.roomCounts.publications());
    counts(
        "gimlet.deliveries",
        "Publications given to members",
        this,
        metrics -> metrics.roomCounts.deliveries());
  }

  private void gauge(String name, String help, ToDoubleFunction<RoomCounts> count) {
    Gauge.builder(name, this, metrics -> count.applyAsDouble(metrics.roomCounts))
        .description(help)
        .register(registry);
  }

  private void bind(MeterBinder... binders) {
    for (MeterBinder binder : binders) {
      binder.bindTo(registry);
    }
  }

  private void counter(String name, String help, LongAdder count) {
    counts(name, help, count, LongAdder::sum);
  }

  private <T> void counts(String name, String help, T source, ToDoubleFunction<T> count) {
    FunctionCounter.builder(name, source, count).description(help).register(registry);
  }

  private void gauge(String name, String help, LongAdder count) {
    Gauge.builder(name, count, LongAdder::sum).description(help).register(registry);
  }

  private double blockedSeconds() {
    return (double) blockedNanos.sum() / TimeUnit.SECONDS.toNanos(1);
  }

  /// All numbers as text, of the type [#MEDIA_TYPE]; they are at most 1 s old.
  public synchronized String scrape() {
    long now = nanoTime.getAsLong();
    if (scraped.isEmpty() || now - scrapedNanos >= KEPT_NANOS) {
      roomCounts = rooms.get();
      scraped = registry.scrape();
      scrapedNanos = now;
    }
    return scraped;
  }

  /// Stops listening to the JVM.
  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }

  @Override
  public void opened(WebSocketConnection connection) {
    open.increment();
    opened.increment();
  }

  @Override
  public void closed(WebSocketConnection connection, CloseStatus status) {
    open.decrement();
    closed.increment(CloseClass.of(status));
  }

  @Override
  public void streamOpened(EventStream stream) {
    streams.increment();
    streamsOpened.increment();
  }

  @Override
  public void streamClosed(EventStream stream, EventStream.End end) {
    streams.decrement();
    streamsClosed.increment(end);
  }

  @Override
  public void refused(SocketAddress peer, int status, String reason) {
    refused.increment(Refusal.of(status, draining));
  }

  @Override
  public void handlerFailed(String where, Throwable failure) {
    handlerFailures.increment();
  }

  @Override
  public void slowConsumer(
      WebSocketConnection connection, SlowConsumerPolicy policy, long messages) {
    slowConsumers.add(policy, messages);
  }

  @Override
  public void tlsFailed(SocketAddress peer, String reason) {
    tlsFailures.increment();
  }

  @Override
  public void acceptFailed(String reason) {
    acceptFailures.increment();
  }

  @Override
  public void loopBlocked(String loop, Duration held, List<StackTraceElement> stack) {
    blocked.increment();
  }

  @Override
  public void loopFreed(String loop, Duration held) {
    blockedNanos.add(held.toNanos());
  }

  @Override
  public void publishFailed(String room, String reason) {
    publishFailures.increment();
  }

  @Override
  public void brokerAway(String reason) {
    brokerAway = true;
  }

  @Override
  public void brokerBack() {
    brokerAway = false;
  }

  @Override
  public void draining(Duration timeout) {
    draining = true;
  }
}
