package dev.gimlet.transport;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A listening socket and the event loops that serve its connections.
///
/// Thread-safe: one atomic flag and one latch; the rest does not change.
public final class HttpServer {
  private static final int BACKLOG = 4096; // connections that wait to be accepted
  private static final Duration LOOPS_TO_END = Duration.ofSeconds(2);

  private final EventLoopGroup loops;
  private final ExecutorService handlers;
  private final WebSockets webSockets;
  private final OpenChannels open;
  private final @Nullable TlsContext tls; // null without TLS
  private final Channel listener;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private HttpServer(
      EventLoopGroup loops,
      ExecutorService handlers,
      WebSockets webSockets,
      OpenChannels open,
      @Nullable TlsContext tls,
      Channel listener) {
    this.loops = loops;
    this.handlers = handlers;
    this.webSockets = webSockets;
    this.open = open;
    this.tls = tls;
    this.listener = listener;
  }

  /// Starts to serve a program at an address; port 0 takes a free one.
  ///
  /// @throws GimletException when the address cannot be had, or the files of the TLS certificate
  ///   cannot be used; the message says what to do
  public static HttpServer start(Program program, String host, int port, int eventLoops) {
    TlsContext tls = program.tls().map(files -> tls(files, program)).orElse(null);
    Transport transport = Transport.best();
    EventLoopGroup loops = transport.eventLoops(eventLoops, "gimlet-loop");
    WebSockets webSockets = new WebSockets(program.events());
    ExecutorService handlers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("gimlet-request-", 1).factory());
    OpenChannels open = new OpenChannels();
    HttpService service = new HttpService(program, webSockets, handlers, System::nanoTime);
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
    return new HttpServer(loops, handlers, webSockets, open, tls, bound.channel());
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

    private Connections(HttpService service, OpenChannels open, @Nullable TlsContext tls) {
      this.service = service;
      this.open = open;
      this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
      open.add(channel);
      if (tls == null) {
        channel.config().setRecvByteBufAllocator(new ReadBuffers());
        serve(channel);
      } else { // TLS keeps what is half a record: it cannot read into a buffer that is lent
        ServerEvents events = service.program().events();
        channel
            .pipeline()
            .addLast(tls.newHandler(channel), new TlsConnection(events, () -> serve(channel)));
      }
    }

    private void serve(Channel channel) {
      HttpDecoder decoder = new HttpDecoder(service.program().limits());
      channel.pipeline().addLast(decoder, new HttpInbound(channel, service, decoder));
    }
  }

  /// The address that was bound.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /// Accepts no more connections, lets requests under way end, closes WebSockets with 1001, and
  /// cuts what is left when the time is over. Closing again waits for the first to end.
  public void close(Duration timeout) throws InterruptedException {
    if (!closing.compareAndSet(false, true)) {
      closed.await();
      return;
    }
    try {
      listener.close().await();
      open.shut().forEach(HttpServer::drain);
      webSockets.closeAll(CloseStatus.GOING_AWAY);
      open.awaitNone(timeout);
    } finally {
      open.list().forEach(Channel::close);
      webSockets.release();
      handlers.shutdownNow();
      loops.shutdownGracefully(0, LOOPS_TO_END.toMillis(), TimeUnit.MILLISECONDS);
      if (tls != null) {
        tls.close();
      }
      closed.countDown();
    }
    loops.terminationFuture().await(LOOPS_TO_END.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Waits until the server has been closed.
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  private static void drain(Channel channel) {
    try {
      channel.eventLoop().execute(() -> drainNow(channel));
    } catch (RejectedExecutionException stopped) {
      // the event loop is gone, and the connection with it
    }
  }

  private static void drainNow(Channel channel) {
    HttpInbound inbound = channel.pipeline().get(HttpInbound.class);
    if (inbound == null) {
      TlsConnection.closeUnlessSecured(channel); // a WebSocket is closed in its own way
    } else {
      inbound.drain();
    }
  }

  private static GimletException unavailable(String host, int port, Throwable cause) {
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      String message = "there is no host " + host + ": use 0.0.0.0 for all addresses";
      return new GimletException(message, cause);
    }
    // Each transport has exceptions of its own; the words are the operating system's.
    String reason = String.valueOf(cause.getMessage());
    String message =
        reason.contains("in use")
            ? "port "
                + port
                + " is in use: stop the other program or choose another port, such as "
                + (port + 1)
            : "cannot listen at "
                + host
                + ":"
                + port
                + " ("
                + reason
                + "): choose an address of this machine and a port from 1024 to 65535";
    return new GimletException(message, cause);
  }
}
