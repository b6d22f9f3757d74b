package dev.gimlet.server.load;

import dev.gimlet.log.PrintableText;
import dev.gimlet.transport.FailureReason;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.GimletException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// All connections of the load generator, on one event loop.
///
/// Owned by the thread that makes it; the first failure of any connection, from whichever thread,
/// is kept in one future, and numbers of connections are atomic.
public final class Clients implements AutoCloseable {

  /// How many connections, and how many of them, the last ones, do not read.
  public record Crowd(int connections, int stalled) {}

  private static final int CONNECTING_AT_ONCE = 100;
  private static final int CONNECTIONS_PER_ADDRESS = 100;
  private static final long CONNECT_SECONDS = 60;
  private static final int CONNECT_MILLIS = 10_000;
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int STALLED_BYTES = 4 << 10; // the server soon feels who does not read
  private static final WriteBufferWaterMark MOST_UNSENT =
      new WriteBufferWaterMark(512 << 10, 1 << 20);

  private final Target target;
  private final LoadTransport transport;
  private final EventLoopGroup loop;
  private final List<LoadConnection> connections = new ArrayList<>(); // owned by the event loop
  private final SortedMap<Integer, Integer> stalledEnds =
      new TreeMap<>(); // owned by the event loop
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger stalledEnded = new AtomicInteger();
  private Crowd crowd = new Crowd(0, 0);
  private volatile long threadId;
  private volatile boolean closing;

  /// Connections to that target; none is opened yet.
  public Clients(Target target, LoadTransport transport) {
    this.target = target;
    this.transport = transport;
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("gimlet-load", true), transport.handlers());
  }

  /// Opens all connections and, unless they are raw, makes WebSockets of them; then those that are
  /// not to read stop.
  ///
  /// @throws GimletException when that fails; the message says why
  public void connect(Crowd crowd, Load load, Messages messages) throws InterruptedException {
    this.crowd = crowd;
    int address = connectFirst(load, messages);
    ArrayDeque<CompletableFuture<Void>> opening = new ArrayDeque<>();
    for (int i = 1; i < crowd.connections(); i++) {
      if (opening.size() == CONNECTING_AT_ONCE) {
        await(opening.remove());
      }
      opening.add(connect(address, i, load, messages));
    }
    for (CompletableFuture<Void> each : opening) {
      await(each);
    }
    onLoop(() -> {
      threadId = Thread.currentThread().threadId();
      connections.stream()
          .filter(LoadConnection::isStalled)
          .forEach(each -> each.setReading(false));
    });
  }

  /// Finds the address that answers.
  private int connectFirst(Load load, Messages messages) throws InterruptedException {
    int last = target.addresses().size() - 1;
    for (int address = 0; address < last; address++) {
      try {
        await(connect(address, 0, load, messages));
        return address;
      } catch (GimletException _) {
        // the next may answer
      }
    }
    await(connect(last, 0, load, messages));
    return last;
  }

  /// Runs a task on the event loop and waits for its end.
  public void onLoop(Runnable task) throws InterruptedException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        task.run();
        done.complete(null);
      } catch (RuntimeException | Error wrong) {
        done.completeExceptionally(wrong);
      }
    });
    await(done, done);
  }

  Future<?> everyNanos(long nanos, Runnable task) {
    return loop.scheduleAtFixedRate(task, 0, nanos, TimeUnit.NANOSECONDS);
  }

  /// The connection with the number 0; to be called on the event loop.
  LoadConnection first() {
    return connections.stream().filter(each -> each.index() == 0).findFirst().orElseThrow();
  }

  /// Lets the connections work for a time; ends at once when one of them fails.
  public void runFor(Duration time) throws InterruptedException {
    try {
      failure.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException _) {
      return; // nothing failed, or somebody asks for it
    }
  }

  /// What went wrong first, in words; empty while nothing has.
  public Optional<String> failure() {
    return failure.isCompletedExceptionally()
        ? Optional.of(reason(failure.exceptionNow()))
        : Optional.empty();
  }

  /// @throws GimletException when anything went wrong
  public void check() {
    failure()
        .ifPresent(reason -> {
          throw new GimletException(reason);
        });
  }

  /// Keeps the first failure.
  void fail(Throwable cause) {
    failure.completeExceptionally(cause);
  }

  /// Connections that are open now.
  public int open() {
    return open.get();
  }

  /// Connections that the server ended.
  public int ended() {
    return ended.get();
  }

  /// Finds out which of those that do not read were ended by the server: they read to the end, for
  /// so long at most. Until then the kernel keeps the news behind what was not read.
  ///
  /// Answers how many were closed with each code; 1006 without a close frame.
  public SortedMap<Integer, Integer> stalledEnds(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    onLoop(() ->
        connections.stream()
            .filter(LoadConnection::isStalled)
            .forEach(each -> each.setReading(true)));
    while (stalledEnded.get() < crowd.stalled() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    SortedMap<Integer, Integer> ends = new TreeMap<>();
    onLoop(() -> ends.putAll(stalledEnds));
    return ends;
  }

  /// The thread that does everything, once all connections are open.
  public long threadId() {
    return threadId;
  }

  /// Says goodbye, waits a second for the answers, and ends the event loop and the target's TLS.
  @Override
  public void close() {
    closing = true;
    failure.complete(null); // connections that end from now on are no news
    if (!target.isRaw()) {
      sayGoodbye();
    }
    if (loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS)) {
      target.tls().ifPresent(Target.Tls::close);
    }
  }

  /// Who does not read would not see the answer.
  private void sayGoodbye() {
    CompletableFuture<Void> allClosed = new CompletableFuture<>();
    loop.execute(() -> {
      CompletableFuture<?>[] closed =
          connections.stream()
              .filter(each -> !each.isStalled())
              .map(LoadConnection::close)
              .toArray(CompletableFuture<?>[]::new);
      CompletableFuture.allOf(closed).whenComplete((_, _) -> allClosed.complete(null));
    });
    try {
      allClosed.get(GOODBYE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException _) {
      return; // they are cut
    }
  }

  private CompletableFuture<Void> connect(int address, int index, Load load, Messages messages) {
    CompletableFuture<Void> opened = new CompletableFuture<>();
    boolean isStalled = index >= crowd.connections() - crowd.stalled();
    Supplier<LoadConnection> handlers =
        () -> {
          LoadConnection connection = new LoadConnection(this, index, load, messages, isStalled);
          connections.add(connection);
          return connection;
        };
    Bootstrap bootstrap = bootstrap();
    if (isStalled) {
      bootstrap.option(ChannelOption.SO_RCVBUF, STALLED_BYTES);
    }
    bootstrap.handler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            target.tls().ifPresent(tls -> channel.pipeline().addLast(tls.newHandler(channel)));
            channel
                .pipeline()
                .addLast(
                    target.isRaw()
                        ? handlers.get()
                        : new OpeningHandshake(target, handlers, opened));
          }
        });
    ChannelFuture connecting =
        switch (target.source()) {
          case ANY -> bootstrap.connect(target.address(address));
          case MANY_LOOPBACK -> bootstrap.connect(target.address(address), source(index));
        };
    connecting.addListener(connected -> onConnected((ChannelFuture) connected, opened));
    return opened;
  }

  private Bootstrap bootstrap() {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MOST_UNSENT);
    transport.prepare(bootstrap, target.tls().isPresent());
    return bootstrap;
  }

  private void onConnected(ChannelFuture connected, CompletableFuture<Void> opened) {
    if (!connected.isSuccess()) {
      opened.completeExceptionally(
          new GimletException("cannot connect: " + FailureReason.ofConnecting(connected.cause())));
      return;
    }
    opened.thenRun(open::incrementAndGet);
    if (target.isRaw()) {
      opened.complete(null);
    }
  }

  /// A connection has ended; called on the event loop.
  void onClosed(LoadConnection connection) {
    open.decrementAndGet();
    if (closing) {
      return;
    }
    if (connection.isStalled()) {
      stalledEnds.merge(connection.closeCode(), 1, Integer::sum);
      stalledEnded.incrementAndGet();
    } else {
      ended.incrementAndGet();
      fail(new GimletException("closed with " + connection.closeCode()));
    }
  }

  /// The server begins or answers a closing handshake; called on the event loop.
  void onCloseFrame(LoadConnection connection, CloseStatus status) {
    if (!closing && !connection.isStalled()) {
      String words = PrintableText.of(status.reason());
      String reason = "closed with " + status.code() + (words.isEmpty() ? "" : ": " + words);
      fail(new GimletException(reason));
    }
  }

  /// A connection failed; called on the event loop.
  void onBroken(LoadConnection connection, Throwable cause) {
    if (!connection.isStalled()) {
      fail(cause);
    }
  }

  /// A source address out of 127.0.0.0/8.
  private static InetSocketAddress source(int index) {
    int address = index / CONNECTIONS_PER_ADDRESS;
    byte[] bytes = {127, 0, (byte) (1 + address / 250), (byte) (1 + address % 250)};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
    } catch (UnknownHostException impossible) {
      throw new AssertionError("four bytes are an address", impossible);
    }
  }

  private void await(CompletableFuture<Void> done) throws InterruptedException {
    await(done, failure);
  }

  private static void await(CompletableFuture<Void> done, CompletableFuture<Void> orElse)
      throws InterruptedException {
    try {
      CompletableFuture.anyOf(done, orElse).get(CONNECT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw cause instanceof GimletException known
          ? known
          : new GimletException(reason(cause == null ? failed : cause), failed);
    } catch (TimeoutException late) {
      throw new GimletException("not connected after " + CONNECT_SECONDS + " s", late);
    }
  }

  private static String reason(Throwable cause) {
    return cause instanceof GimletException || cause instanceof IllegalStateException
        ? String.valueOf(cause.getMessage())
        : FailureReason.ofConnecting(cause);
  }
}
