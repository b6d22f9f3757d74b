package dev.gimlet.transport;

import dev.gimlet.entrance.Seat;
import dev.gimlet.exchange.Program;
import dev.gimlet.http.EventStream;
import dev.gimlet.http.TlsFiles;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.GimletException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A listening socket and the event loops that serve its connections.
///
/// Thread-safe: two atomic flags and two latches; the rest does not change.
public final class HttpServer {
  private static final int BACKLOG = 4096; // connections that wait to be accepted
  private static final Duration LOOPS_TO_END = Duration.ofSeconds(2);

  private final EventLoopGroup loops;
  private final ExecutorService handlers;
  private final HttpService service;
  private final OpenChannels open;
  private final @Nullable TlsContext tls; // null without TLS
  private final Channel listener;
  private final LoopWatchdog watchdog;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  private HttpServer(
      EventLoopGroup loops,
      ExecutorService handlers,
      HttpService service,
      OpenChannels open,
      @Nullable TlsContext tls,
      Channel listener,
      LoopWatchdog watchdog) {
    this.loops = loops;
    this.handlers = handlers;
    this.service = service;
    this.open = open;
    this.tls = tls;
    this.listener = listener;
    this.watchdog = watchdog;
  }

  /// Starts to serve a program at an address; port 0 takes a free one.
  ///
  /// @throws GimletException when the address cannot be had, or the files of the TLS certificate
  ///   cannot be used; the message says what to do
  public static HttpServer start(Program program, String host, int port, int eventLoops) {
    TlsContext tls = program.tls().map(files -> tls(files, program)).orElse(null);
    Transport transport = Transport.best();
    EventLoopGroup loops = transport.eventLoops(eventLoops, "gimlet-loop");
    LoopWatchdog watchdog = new LoopWatchdog(loops, program.events());
    WebSockets webSockets =
        new WebSockets(
            program.events(), program.entrance(), new TakeoverLimit(program.maxContextTakeovers()));
    ExecutorService handlers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("gimlet-request-", 1).factory());
    OpenChannels open = new OpenChannels();
    HttpService service =
        new HttpService(program, webSockets, handlers, System::nanoTime, new Draining());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .handler(new AcceptPause(program.events(), System::nanoTime))
            .childHandler(new Connections(service, open, tls))
            .bind(host, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      handlers.shutdown();
      if (tls != null) {
        tls.close();
      }
      throw unavailable(host, port, bound.cause());
    }
    if (tls != null) {
      tls.watch();
    }
    watchdog.start();
    return new HttpServer(loops, handlers, service, open, tls, bound.channel(), watchdog);
  }

  private static TlsContext tls(TlsFiles files, Program program) {
    return new TlsContext(
        files, TlsProvider.best(), program.limits().requestTimeout(), program.events());
  }

  /// Sets up what is accepted. Immutable.
  private static final class Connections extends ChannelInitializer<Channel> {
    private final HttpService service;
    private final OpenChannels open;
    private final @Nullable TlsContext tls; // null without TLS
    private final Farewells farewells = new Farewells();

    private Connections(HttpService service, OpenChannels open, @Nullable TlsContext tls) {
      this.service = service;
      this.open = open;
      this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
      open.add(channel);
      Seat seat = service.program().entrance().admission().newSeat();
      channel.closeFuture().addListener(_ -> seat.end());
      if (tls == null) {
        channel.config().setRecvByteBufAllocator(new ReadBuffers());
      }
      Reception.receive(channel, service.program(), seat, farewells, () -> begin(channel, seat));
    }

    private void begin(Channel channel, Seat seat) {
      if (tls == null) {
        serve(channel, seat);
      } else { // TLS keeps what is half a record: it cannot read into a buffer that is lent
        ServerEvents events = service.program().events();
        channel
            .pipeline()
            .addLast(
                tls.newHandler(channel), new TlsConnection(events, () -> serve(channel, seat)));
      }
    }

    private void serve(Channel channel, Seat seat) {
      HttpDecoder decoder = new HttpDecoder(service.program().limits());
      channel.pipeline().addLast(decoder, new HttpInbound(channel, service, decoder, seat));
    }
  }

  /// The address that was bound.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /// Whether it is going down, or has gone.
  public boolean isDraining() {
    return service.draining().hasBegun();
  }

  /// Says that it is going down, and then accepts no more connections and no more WebSockets;
  /// whoever is connected stays. Draining again does nothing.
  ///
  /// `timeout` is how long the whole of closing may take, for those who listen; a quarter of it is
  /// how long to wait for the listening socket, whose event loop may be held.
  public void drain(Duration timeout) throws InterruptedException {
    if (draining.compareAndSet(false, true)) {
      service.draining().begin();
      service.program().events().draining(timeout);
      listener.close().await(timeout.toNanos() / 4, TimeUnit.NANOSECONDS);
    }
  }

  /// Drains, lets requests under way end, closes WebSockets with 1001 at moments spread over a
  /// [DrainWindow], and cuts what is left when the time is over. Closing again waits for the first
  /// to end.
  public void close(Duration timeout) throws InterruptedException {
    if (!closing.compareAndSet(false, true)) {
      closed.await();
      return;
    }
    try {
      drain(timeout);
      List<Channel> channels = open.shut();
      DrainWindow window = DrainWindow.of(channels.size(), timeout);
      channels.forEach(channel -> end(channel, window));
      open.awaitNone(timeout);
    } finally {
      open.list().forEach(Channel::close);
      watchdog.end();
      handlers.shutdownNow();
      loops.shutdownGracefully(0, LOOPS_TO_END.toMillis(), TimeUnit.MILLISECONDS);
      loops.terminationFuture().addListener(_ -> release());
      if (tls != null) {
        tls.close();
      }
      closed.countDown();
    }
    // Not for longer: a handler may hold a loop.
    boolean _ = released.await(LOOPS_TO_END.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void release() {
    try {
      service.webSockets().release();
    } finally {
      released.countDown();
    }
  }

  /// Cuts everything at once; an interrupt only ends the waiting.
  public void closeNow() {
    try {
      close(Duration.ZERO);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until the server has been closed.
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  private static void end(Channel channel, DrainWindow window) {
    Duration moment = window.moment(ThreadLocalRandom.current());
    try {
      channel.eventLoop().execute(() -> endAt(moment, channel));
    } catch (RejectedExecutionException stopped) {
      // the event loop is gone, and the connection with it
    }
  }

  /// Requests have little time anyway; what is open for long ends at its own moment.
  private static void endAt(Duration moment, Channel channel) {
    HttpInbound inbound = channel.pipeline().get(HttpInbound.class);
    if (channel.pipeline().get(ProxyHeader.class) != null
        || channel.pipeline().get(Farewells.Unheard.class) != null) {
      channel.close(); // nobody has said yet whose it is, or it is refused
    } else if (inbound != null) {
      inbound.drain();
    } else if (!TlsConnection.closeUnlessSecured(channel)) {
      channel.eventLoop().schedule(() -> endNow(channel), moment.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private static void endNow(Channel channel) {
    WebSocketInbound webSocket = channel.pipeline().get(WebSocketInbound.class);
    if (webSocket != null) {
      webSocket.connection().close(CloseStatus.GOING_AWAY);
    }
    EventStreamInbound events = channel.pipeline().get(EventStreamInbound.class);
    if (events != null) {
      events.stream().end(EventStream.End.GOING_AWAY);
    }
  }

  private static GimletException unavailable(String host, int port, Throwable cause) {
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      String message = "there is no host " + host + ": use 0.0.0.0 for all addresses";
      return new GimletException(message, cause);
    }
    // Each transport has exceptions of its own; the words are the operating system's.
    String reason = String.valueOf(cause.getMessage());
    if (reason.contains("in use")) {
      return new PortInUseException(port, cause);
    }
    String message =
        "cannot listen at "
            + host
            + ":"
            + port
            + " ("
            + reason
            + "): choose an address of this machine and a port from 1024 to 65535";
    return new GimletException(message, cause);
  }
}
