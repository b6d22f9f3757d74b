package dev.gimlet.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.uring.IoUringBufferRingAllocator;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/// All connections of the load generator, on one event loop.
///
/// Owned by the main thread; the first failure of any connection, from whichever thread, is kept in
/// one future.
final class Clients implements AutoCloseable {
  private static final int CONNECTING_AT_ONCE = 100;
  private static final int CONNECTIONS_PER_ADDRESS = 100;
  private static final long CONNECT_SECONDS = 60;
  private static final int READ_BYTES = 64 << 10;
  private static final int STALLED_BYTES = 4 << 10; // the server soon feels who does not read
  private static final short READ_BUFFERS = 0; // the one group of buffers of the ring
  private static final short READ_BUFFER_COUNT = 256;
  private static final int READ_BUFFER_BYTES = 32 << 10;

  // The pooled allocator: the default one is three times as slow with buffers of this size.
  private static final IoUringBufferRingAllocator READ_BUFFER_ALLOCATOR =
      new IoUringFixedBufferRingAllocator(PooledByteBufAllocator.DEFAULT, READ_BUFFER_BYTES);

  private final LoadOptions options;
  private final Optional<SslContext> tls;
  private final EventLoopGroup loop;
  private final Set<ChannelId> endExpected = new HashSet<>(); // owned by the event loop
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  Clients(LoadOptions options) {
    this.options = options;
    this.tls = options.isTls() ? Optional.of(anyCertificate()) : Optional.empty();
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1,
            switch (options.transport().here()) {
              case EPOLL, AUTO -> EpollIoHandler.newFactory();
              case IO_URING -> IoUringIoHandler.newFactory(ring());
            });
  }

  /// With BoringSSL where it is there: the generator has to be cheaper than the server.
  private static SslContext anyCertificate() {
    try {
      return SslContextBuilder.forClient()
          .trustManager(InsecureTrustManagerFactory.INSTANCE)
          .endpointIdentificationAlgorithm(null)
          .build();
    } catch (SSLException impossible) {
      throw new AssertionError("there is nothing to be refused", impossible);
    }
  }

  /// Opens all connections and, unless they are raw, makes WebSockets of them.
  void connect(Supplier<ChannelHandler> handlers) throws Exception {
    ArrayDeque<CompletableFuture<Void>> opening = new ArrayDeque<>();
    for (int i = 0; i < options.connections(); i++) {
      if (opening.size() == CONNECTING_AT_ONCE) {
        await(opening.remove());
      }
      opening.add(connect(i, handlers));
    }
    for (CompletableFuture<Void> each : opening) {
      await(each);
    }
  }

  /// Runs a task on the event loop and waits for its end.
  void onLoop(Runnable task) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> {
      task.run();
      done.complete(null);
    });
    await(done);
  }

  /// Lets the connections work for a time; ends at once when one of them fails.
  void runFor(double seconds) throws Exception {
    try {
      failure.get((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return; // nothing failed
    }
  }

  /// Throws what went wrong, if anything did.
  void check() throws Exception {
    if (failure.isDone()) {
      failure.get();
    }
  }

  /// Keeps the first failure.
  void fail(Throwable cause) {
    failure.completeExceptionally(cause);
  }

  @Override
  public void close() {
    failure.complete(null); // connections that end from now on are no news
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private CompletableFuture<Void> connect(int index, Supplier<ChannelHandler> handlers) {
    CompletableFuture<Void> open = new CompletableFuture<>();
    Bootstrap bootstrap = bootstrap();
    if (index >= options.connections() - options.stalled()) {
      bootstrap.option(ChannelOption.SO_RCVBUF, STALLED_BYTES);
    }
    bootstrap
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                tls.ifPresent(it -> channel.pipeline().addLast(it.newHandler(channel.alloc())));
                channel.pipeline().addLast(first(handlers, open));
              }
            })
        .connect(new InetSocketAddress(loopback(0, 1), options.port()), source(index))
        .addListener(connected -> onConnected((ChannelFuture) connected, open));
    return open;
  }

  private Bootstrap bootstrap() {
    Bootstrap bootstrap = new Bootstrap().group(loop).option(ChannelOption.TCP_NODELAY, true);
    return switch (options.transport().here()) {
      case EPOLL, AUTO ->
          bootstrap
              .channel(EpollSocketChannel.class)
              .option(ChannelOption.RECVBUF_ALLOCATOR, readBuffers());
      case IO_URING ->
          bootstrap
              .channel(IoUringSocketChannel.class)
              .option(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, READ_BUFFERS);
    };
  }

  /// TLS keeps half a record until the other half comes, so that it needs buffers of its own.
  private RecvByteBufAllocator readBuffers() {
    return options.isTls() ? new FixedRecvByteBufAllocator(READ_BYTES) : new OneReadBuffer();
  }

  /// All connections read into the same few buffers.
  private static IoUringIoHandlerConfig ring() {
    return new IoUringIoHandlerConfig()
        .setBufferRingConfig(
            IoUringBufferRingConfig.builder()
                .bufferGroupId(READ_BUFFERS)
                .bufferRingSize(READ_BUFFER_COUNT)
                .batchSize(READ_BUFFER_COUNT / 2)
                .allocator(READ_BUFFER_ALLOCATOR)
                .build());
  }

  private ChannelHandler first(Supplier<ChannelHandler> handlers, CompletableFuture<Void> open) {
    return options.isRaw()
        ? handlers.get()
        : new OpeningHandshake(options.port(), options.path(), handlers, open);
  }

  private void onConnected(ChannelFuture connected, CompletableFuture<Void> open) {
    if (!connected.isSuccess()) {
      open.completeExceptionally(connected.cause());
      return;
    }
    Channel channel = connected.channel();
    channel.closeFuture().addListener(_ -> onClosed(channel));
    if (options.isRaw()) {
      open.complete(null);
    }
  }

  private void onClosed(Channel channel) {
    if (!isEndExpected(channel)) {
      fail(new IOException("the server closed " + channel));
    }
  }

  /// The server may close this connection; called on its event loop.
  void expectEnd(Channel channel) {
    endExpected.add(channel.id());
  }

  boolean isEndExpected(Channel channel) {
    return endExpected.contains(channel.id());
  }

  /// A source address out of 127.0.0.0/8: no server sees a crowd behind one address.
  private static InetSocketAddress source(int index) {
    int address = index / CONNECTIONS_PER_ADDRESS;
    return new InetSocketAddress(loopback(1 + address / 250, 1 + address % 250), 0);
  }

  private static InetAddress loopback(int third, int fourth) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, (byte) third, (byte) fourth});
    } catch (UnknownHostException impossible) {
      throw new AssertionError("four bytes are an address", impossible);
    }
  }

  private void await(CompletableFuture<Void> done) throws Exception {
    try {
      CompletableFuture.anyOf(done, failure).get(CONNECT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    }
  }
}
