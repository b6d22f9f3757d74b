package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Side;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Makes WebSockets of a server without its handshake.
final class BareConnections {

  private BareConnections() {}

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
