package dev.gimlet.transport;

import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;

/// What serves a WebSocket once it is open.
sealed interface WebSocketEndpoint {

  /// Loop style, on a virtual thread.
  record Loop(WebSocketHandler handler) implements WebSocketEndpoint {}

  /// Event style, on the event loop.
  record Event(WebSocketListener listener) implements WebSocketEndpoint {}
}
