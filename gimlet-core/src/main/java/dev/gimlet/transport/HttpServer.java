package dev.gimlet.transport;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

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
  private final Channel listener;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private HttpServer(
      EventLoopGroup loops,
      ExecutorService handlers,
      WebSockets webSockets,
      OpenChannels open,
      Channel listener) {
    this.loops = loops;
    this.handlers = handlers;
    this.webSockets = webSockets;
    this.open = open;
    this.listener = listener;
  }

  /// Starts to serve a program at an address; port 0 takes a free one.
  ///
  /// @throws GimletException when the address cannot be had; the message says what to do
  public static HttpServer start(Program program, String host, int port, int eventLoops) {
    Transport transport = Transport.best();
    EventLoopGroup loops = transport.eventLoops(eventLoops);
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
            .childHandler(new Connections(service, open))
            .bind(host, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      handlers.shutdown();
      throw unavailable(host, port, bound.cause());
    }
    return new HttpServer(loops, handlers, webSockets, open, bound.channel());
  }

  /// Sets up what is accepted. Immutable.
  private static final class Connections extends ChannelInitializer<Channel> {
    private final HttpService service;
    private final OpenChannels open;

    private Connections(HttpService service, OpenChannels open) {
      this.service = service;
      this.open = open;
    }

    @Override
    protected void initChannel(Channel channel) {
      open.add(channel);
      channel.config().setRecvByteBufAllocator(new ReadBuffers());
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
      closed.countDown();
    }
    loops.terminationFuture().await(LOOPS_TO_END.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Waits until the server has been closed.
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  private static void drain(Channel channel) {
    HttpInbound inbound = channel.pipeline().get(HttpInbound.class);
    if (inbound != null) { // not a WebSocket
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
