package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Side;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Optional;

/// All that is known of a WebSocket when it opens. Immutable.
record Opening(
    long id,
    Side side,
    Channel channel,
    HomeLoop home,
    WebSocketOptions options,
    Optional<String> subprotocol,
    Optional<String> user,
    Optional<ConnectionDeflate> deflate,
    ServerEvents events,
    InetSocketAddress client,
    Registration registration) {}
