package dev.gimlet.transport;

import dev.gimlet.entrance.Client;
import dev.gimlet.exchange.Answering;
import dev.gimlet.exchange.Program;
import dev.gimlet.exchange.Request;
import dev.gimlet.exchange.RequestTask;
import dev.gimlet.routing.RouteMatch;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/// What all HTTP connections of a server share. Immutable.
record HttpService(
    Program program,
    WebSockets webSockets,
    ExecutorService handlers,
    LongSupplier nanoTime,
    Draining draining) {
  private static final InetSocketAddress NOBODY = InetSocketAddress.createUnresolved("unknown", 0);

  /// Has a request handled on a virtual thread of its own.
  void handle(Request request, RouteMatch match, Answering answering) {
    try {
      handlers.execute(RequestTask.of(program, request, match, answering));
    } catch (RejectedExecutionException stopped) {
      // the server is gone, and its connections are being closed
    }
  }

  /// Who a connection belongs to: the peer, or whom a proxy named with the PROXY protocol.
  Client peer(Channel channel) {
    boolean tls = program.tls().isPresent();
    return ProxyHeader.clientOf(channel)
        .map(named -> tls ? named.overTls() : named)
        .orElseGet(() -> Client.direct(peerAddress(channel), tls));
  }

  /// The address of [#peer(Channel)].
  static InetSocketAddress clientAddress(Channel channel) {
    return ProxyHeader.clientOf(channel).map(Client::address).orElseGet(() -> peerAddress(channel));
  }

  /// The other end of the socket; nobody when it was gone before it could be asked.
  static InetSocketAddress peerAddress(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress address ? address : NOBODY;
  }

  /// Ends the sending direction; the peer can still read what was sent.
  static void shutOutput(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutSocket(channel);
    } else {
      tls.closeOutbound().addListener(_ -> shutSocket(channel)); // close_notify (RFC 8446 §6.1)
    }
  }

  private static void shutSocket(Channel channel) {
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }
}
