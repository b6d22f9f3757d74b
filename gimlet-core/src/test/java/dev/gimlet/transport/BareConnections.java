package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Side;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/// Makes WebSockets of a server without its handshake, and channels for them.
final class BareConnections {

  private BareConnections() {}

  /// The channel of a new connection to a socket that listens, with one handler.
  static Channel dial(EventLoopGroup loops, ServerSocket listener, ChannelHandler handler)
      throws InterruptedException {
    return new Bootstrap()
        .group(loops)
        .channel(Transport.best().socketChannel())
        .handler(handler)
        .connect(listener.getInetAddress(), listener.getLocalPort())
        .sync()
        .channel();
  }

  /// A connection that reads from the channel and whose program does nothing; to be called on the
  /// channel's event loop.
  static NettyWebSocketConnection over(
      Channel channel, HomeLoop home, WebSocketOptions options, ServerEvents events) {
    Opening opening =
        new Opening(
            1,
            Side.SERVER,
            channel,
            home,
            options,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            events,
            InetSocketAddress.createUnresolved("peer", 1),
            Registration.NONE);
    var connection = new NettyWebSocketConnection(opening, new WebSocketListener() {});
    channel.pipeline().addLast(connection.inbound());
    return connection;
  }
}
