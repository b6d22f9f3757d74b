package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.DeflateAgreement;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;
import dev.gimlet.websocket.codec.Side;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The WebSockets of one server.
///
/// Thread-safe: an atomic number, a concurrent map and a volatile field that is set once.
final class WebSockets {

  private final ServerEvents events;
  private final AtomicLong ids = new AtomicLong();
  private final ConcurrentMap<EventLoop, HomeLoop> homes = new ConcurrentHashMap<>();
  private volatile @Nullable CloseStatus leaving; // once the server is going down

  WebSockets(ServerEvents events) {
    this.events = events;
  }

  /// Takes over a channel whose opening handshake has been answered; called on its event loop.
  void start(Channel channel, Upgrade upgrade) {
    WebSocketOptions options = upgrade.options();
    Accepted accepted = upgrade.accepted();
    HomeLoop home = homes.computeIfAbsent(channel.eventLoop(), HomeLoop::new);
    Opening opening =
        new Opening(
            ids.incrementAndGet(),
            Side.SERVER,
            channel,
            home,
            options,
            accepted.subprotocol(),
            upgrade.user(),
            accepted.deflate().map(agreed -> deflate(agreed, options, home)),
            events);
    NettyWebSocketConnection connection =
        switch (upgrade.endpoint()) {
          case WebSocketEndpoint.Loop loop -> new LoopWebSocketConnection(opening, loop.handler());
          case WebSocketEndpoint.Event event ->
              new NettyWebSocketConnection(opening, event.listener());
        };
    if (channel.config().getRecvByteBufAllocator() instanceof ReadBuffers buffers) {
      buffers.borrowFrom(home);
    }
    channel.pipeline().addLast("websocket", connection.inbound());
    connection.open();
    CloseStatus late = leaving;
    if (late != null) {
      connection.close(late);
    }
  }

  private static ConnectionDeflate deflate(
      DeflateAgreement agreed, WebSocketOptions options, HomeLoop home) {
    return new ConnectionDeflate(Side.SERVER, agreed, options.compression().orElseThrow(), home);
  }

  /// Starts the closing handshake of every WebSocket, and of those that still come.
  void closeAll(CloseStatus status) {
    leaving = status;
    homes.values().forEach(home -> home.closeAll(status));
  }

  /// Gives back what the event loops hold, before they end.
  void release() {
    homes.values().forEach(HomeLoop::release);
  }
}
