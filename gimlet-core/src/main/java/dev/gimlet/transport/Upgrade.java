package dev.gimlet.transport;

import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/// An opening handshake that was accepted: what the connection is to be, and whose. Immutable.
record Upgrade(
    Accepted accepted,
    WebSocketOptions options,
    WebSocketEndpoint endpoint,
    Optional<String> user,
    Map<String, Object> attributes,
    InetSocketAddress client) {}
