package dev.gimlet.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One attempt to open a WebSocket: finds the host, connects to the first of its addresses that
/// answers, and lets an [OpeningInbound] shake hands.
///
/// Owned by its event loop. Names are looked up on a virtual thread: that may take seconds.
public final class Dialling {

  private final ClientLoop loop;
  private final Dial dial;
  private final ClientOwner owner;
  private final HostLookup lookup;
  private final ArrayDeque<SocketAddress> addresses = new ArrayDeque<>();
  private @Nullable Channel channel; // while one is connecting or connected
  private boolean over;

  /// Finds the addresses of a host, at least one; blocks.
  interface HostLookup {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  Dialling(ClientLoop loop, Dial dial, ClientOwner owner) {
    this(loop, dial, owner, InetAddress::getAllByName);
  }

  Dialling(ClientLoop loop, Dial dial, ClientOwner owner, HostLookup lookup) {
    this.loop = loop;
    this.dial = dial;
    this.owner = owner;
    this.lookup = lookup;
  }

  /// Gives up without a word to the owner; does nothing once a connection is open.
  public void abandon() {
    if (!over) {
      over = true;
      closeChannel();
    }
  }

  void begin() {
    assert loop.isCurrent();
    InetAddress literal = literal(dial.nextHost());
    if (literal == null) {
      Thread _ = Thread.ofVirtual().name("gimlet-resolve").start(this::resolve);
    } else {
      onResolved(List.of(literal));
    }
  }

  Dial dial() {
    return dial;
  }

  ClientLoop loop() {
    return loop;
  }

  ClientOwner owner() {
    return owner;
  }

  /// Whether the owner has been told, or wants no word.
  boolean isOver() {
    return over;
  }

  /// A connection is open: the rest is told by it.
  void succeed() {
    over = true;
  }

  void fail(DialFailure failure) {
    if (!over) {
      over = true;
      closeChannel();
      owner.onFailed(failure);
    }
  }

  private void closeChannel() {
    if (channel != null) {
      channel.close();
    }
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException name) {
      return null;
    }
  }

  private void resolve() {
    try {
      List<InetAddress> found = Arrays.asList(lookup.find(dial.nextHost()));
      loop.execute(() -> onResolved(found));
    } catch (UnknownHostException unknown) {
      String reason = FailureReason.ofResolving(dial.nextHost(), unknown);
      loop.execute(() -> fail(new DialFailure.Unreachable(reason)));
    } catch (RuntimeException | Error unexpected) { // nobody else would ever end the attempt
      String reason = "cannot look up the host " + dial.nextHost() + ": " + unexpected;
      loop.execute(() -> fail(new DialFailure.Unreachable(reason)));
    }
  }

  private void onResolved(List<InetAddress> found) {
    found.forEach(each -> addresses.add(new InetSocketAddress(each, dial.nextPort())));
    connect(addresses.remove());
  }

  private void connect(SocketAddress address) {
    if (over) {
      return;
    }
    ChannelFuture connected =
        new Bootstrap()
            .group(loop.eventLoop())
            .channel(loop.loops().transport().socketChannel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) dial.connectTimeout().toMillis())
            .handler(new Handlers())
            .connect(address);
    // Without a descriptor there is no channel, but one in its place that belongs to no loop.
    channel = connected.cause() == null ? connected.channel() : null;
    connected.addListener(_ -> crossTo(() -> onConnected(connected)));
  }

  private void crossTo(Runnable task) {
    if (loop.isCurrent()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /// Puts the first handler in. Owned by its event loop.
  private final class Handlers extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel opened) {
      if (dial.tls().isEmpty()) { // TLS keeps what is half a record
        opened.config().setRecvByteBufAllocator(new ReadBuffers());
      }
      opened.pipeline().addLast(new OpeningInbound(Dialling.this));
    }
  }

  private void onConnected(ChannelFuture done) {
    if (done.isSuccess()) {
      return; // the handler goes on
    }
    if (!over && !addresses.isEmpty()) {
      connect(addresses.remove());
    } else {
      fail(
          new DialFailure.Unreachable(
              "cannot connect: " + FailureReason.ofConnecting(done.cause())));
    }
  }
}
