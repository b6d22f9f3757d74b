package dev.gimlet.exchange;

import dev.gimlet.entrance.Entrance;
import dev.gimlet.http.HttpLimits;
import dev.gimlet.http.Middleware;
import dev.gimlet.http.TlsFiles;
import dev.gimlet.routing.RouteTree;
import dev.gimlet.spi.JsonCodec;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketOptions;
import java.util.List;
import java.util.Optional;

/// What a server runs: routes, and all that a program may choose. Immutable.
///
/// `middleware` wraps the answers to requests that no route takes; routes bring their own. The
/// events never throw.
public record Program(
    RouteTree routes,
    List<Middleware> middleware,
    HttpLimits limits,
    WebSocketOptions webSocket,
    int maxContextTakeovers,
    JsonCodec json,
    Optional<TlsFiles> tls,
    ServerEvents events,
    Entrance entrance) {}
