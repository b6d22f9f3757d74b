/// Sockets: HTTP and WebSocket connections on Netty's event loops.
///
/// Read in this order: `HttpServer`, `Reception`, `HttpInbound` for requests; `WebSockets`,
/// `WebSocketInbound`, `NettyWebSocketConnection`, `WebSocketOutbound`, `Outbox` for what follows
/// an upgrade.
///
/// The only package that imports `io.netty.channel`; it does not know rooms.
///
/// Each class says whether it is owned by its event loop or thread-safe.
@NullMarked
package dev.gimlet.transport;

import org.jspecify.annotations.NullMarked;
