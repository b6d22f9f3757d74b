package dev.gimlet.transport;

import dev.gimlet.entrance.Client;
import dev.gimlet.entrance.IpLiteral;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The header of the PROXY protocol with which a trusted proxy begins each connection.
///
/// It stands behind Netty's decoder and goes when the header is complete. Owned by its event loop.
final class ProxyHeader extends ChannelInboundHandlerAdapter {
  /// Room for the fields that proxies add to a header of version 2, certificates not included.
  static final int MAX_FIELD_BYTES = 2048;

  private static final AttributeKey<Client> PEER = AttributeKey.valueOf("gimlet.peer");

  /// What follows a header. Called on the event loop.
  interface Next {
    /// The connection is that client's.
    void begin(Client client);

    /// It is not, and is to be refused.
    void refuse(String reason);
  }

  private final Duration timeout;
  private final Next next;
  private io.netty.util.concurrent.@Nullable Future<?> deadline;
  private boolean done;

  ProxyHeader(Duration timeout, Next next) {
    this.timeout = timeout;
    this.next = next;
  }

  /// The client that the header of this connection named; empty when there was none.
  static Optional<Client> clientOf(Channel channel) {
    return channel.hasAttr(PEER) ? Optional.ofNullable(channel.attr(PEER).get()) : Optional.empty();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(
                () -> fail("its PROXY header took too long"),
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof HAProxyMessage header) || done) {
      ReferenceCountUtil.release(message); // what follows a header that was refused
      return;
    }
    try {
      begin(context, header);
    } finally {
      header.release();
    }
  }

  private void begin(ChannelHandlerContext context, HAProxyMessage header) {
    Client proxy = Client.direct(HttpService.peerAddress(context.channel()), false).asProxy();
    Optional<Client> client = clientOf(header, proxy);
    if (client.isEmpty()) {
      fail("its PROXY header names no address");
      return;
    }
    done = true;
    context.channel().attr(PEER).set(client.get());
    next.begin(client.get());
    context.pipeline().remove(this);
  }

  /// Empty when the header makes no sense. A proxy that asks for itself, as for its health checks,
  /// is the client.
  private static Optional<Client> clientOf(HAProxyMessage header, Client proxy) {
    if (header.command() == HAProxyCommand.LOCAL) {
      return Optional.of(proxy);
    }
    HAProxyProxiedProtocol.AddressFamily family = header.proxiedProtocol().addressFamily();
    return switch (family) {
      case AF_UNSPEC, AF_UNIX -> Optional.of(proxy);
      case AF_IPv4, AF_IPv6 ->
          Optional.ofNullable(header.sourceAddress())
              .flatMap(IpLiteral::parse)
              .map(source -> client(source, header));
    };
  }

  private static Client client(InetAddress source, HAProxyMessage header) {
    return new Client(
        new InetSocketAddress(source, header.sourcePort()), spokeTls(header), true, null);
  }

  /// Whether the client spoke TLS with the proxy.
  private static boolean spokeTls(HAProxyMessage header) {
    return header.tlvs().stream()
        .anyMatch(field -> field instanceof HAProxySSLTLV tls && tls.isPP2ClientSSL());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      context.close(); // what is missing will not come
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (hasProtocolFault(cause)) { // the decoder has closed the connection
      fail("it did not begin with a PROXY header");
    } else {
      context.close();
    }
  }

  private static boolean hasProtocolFault(Throwable cause) {
    return cause instanceof HAProxyProtocolException
        || cause.getCause() instanceof HAProxyProtocolException;
  }

  private void fail(String reason) {
    if (!done) {
      done = true;
      next.refuse(reason);
    }
  }
}
