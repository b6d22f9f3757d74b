package dev.gimlet.exchange;

import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An opening handshake that was accepted: what the connection is to be, and whose. Immutable.
///
/// `fields` are the program's, for the answer.
public record Upgrade(
    Accepted accepted,
    List<ResponseFields.Field> fields,
    WebSocketOptions options,
    WebSocketEndpoint endpoint,
    Optional<String> user,
    Map<String, Object> attributes,
    InetSocketAddress client) {}
