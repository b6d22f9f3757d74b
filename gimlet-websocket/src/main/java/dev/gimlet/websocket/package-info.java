/// WebSocket messages and connections, the same types for the server and the client.
///
/// Read in this order: [Message][dev.gimlet.websocket.Message] and its two kinds,
/// [WebSocketConnection][dev.gimlet.websocket.WebSocketConnection],
/// [WebSocketHandler][dev.gimlet.websocket.WebSocketHandler] (loop style),
/// [WebSocketListener][dev.gimlet.websocket.WebSocketListener] (event style),
/// [CloseStatus][dev.gimlet.websocket.CloseStatus],
/// [WebSocketOptions][dev.gimlet.websocket.WebSocketOptions],
/// [SlowConsumerPolicy][dev.gimlet.websocket.SlowConsumerPolicy].
///
/// Nothing here starts a thread, opens a socket or reads a clock: server and client share it.
///
/// Values are immutable; connections are thread-safe.
@NullMarked
package dev.gimlet.websocket;

import org.jspecify.annotations.NullMarked;
