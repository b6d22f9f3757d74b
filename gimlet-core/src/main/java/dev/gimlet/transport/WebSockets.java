package dev.gimlet.transport;

import dev.gimlet.entrance.Entrance;
import dev.gimlet.entrance.Seat;
import dev.gimlet.exchange.Upgrade;
import dev.gimlet.exchange.WebSocketEndpoint;
import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.DeflateAgreement;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;
import dev.gimlet.websocket.codec.Side;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/// The WebSockets of one server.
///
/// Thread-safe: an atomic number and a concurrent map.
final class WebSockets {

  private final ServerEvents events;
  private final Entrance entrance;
  private final TakeoverLimit takeovers;
  private final AtomicLong ids = new AtomicLong();
  private final ConcurrentMap<EventLoop, HomeLoop> homes = new ConcurrentHashMap<>();

  WebSockets(ServerEvents events, Entrance entrance, TakeoverLimit takeovers) {
    this.events = events;
    this.entrance = entrance;
    this.takeovers = takeovers;
  }

  TakeoverLimit takeovers() {
    return takeovers;
  }

  /// Takes over a channel whose opening handshake has been answered; called on its event loop.
  void start(Channel channel, Upgrade upgrade, Seat seat) {
    WebSocketOptions options = upgrade.options();
    Accepted accepted = upgrade.accepted();
    HomeLoop home = home(channel.eventLoop());
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
            events,
            upgrade.client(),
            new Registration.Seated(entrance.connections(), seat));
    NettyWebSocketConnection connection =
        switch (upgrade.endpoint()) {
          case WebSocketEndpoint.Loop loop -> new LoopWebSocketConnection(opening, loop.handler());
          case WebSocketEndpoint.Event event ->
              new NettyWebSocketConnection(opening, event.listener());
        };
    upgrade.attributes().forEach(connection::attribute);
    if (channel.config().getRecvByteBufAllocator() instanceof ReadBuffers buffers) {
      buffers.borrowFrom(home);
    }
    channel.pipeline().addLast("websocket", connection.inbound());
    connection.open();
    upgrade.user().ifPresent(this::makeRoom);
  }

  /// What is shared by the connections of an event loop.
  HomeLoop home(EventLoop loop) {
    return homes.computeIfAbsent(loop, HomeLoop::new);
  }

  /// Closes what a user has beyond the limit, the oldest first, where it is to be so.
  private void makeRoom(String user) {
    OptionalInt most = entrance.roomOfUser();
    if (most.isPresent()) {
      List<WebSocketConnection> known = entrance.connections().ofUser(user);
      int surplus = Math.max(0, known.size() - most.getAsInt());
      known.subList(0, surplus).forEach(each -> each.close(ConnectionLimits.CONNECTED_ELSEWHERE));
    }
  }

  private static ConnectionDeflate deflate(
      DeflateAgreement agreed, WebSocketOptions options, HomeLoop home) {
    return new ConnectionDeflate(Side.SERVER, agreed, options.compression().orElseThrow(), home);
  }

  /// Gives back what the event loops held, once they have ended.
  void release() {
    homes.values().forEach(HomeLoop::release);
  }
}
