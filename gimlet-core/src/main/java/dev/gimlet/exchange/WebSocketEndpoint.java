package dev.gimlet.exchange;

import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;

/// What serves a WebSocket once it is open.
public sealed interface WebSocketEndpoint {

  /// Loop style, on a virtual thread.
  record Loop(WebSocketHandler handler) implements WebSocketEndpoint {}

  /// Event style, on the event loop.
  record Event(WebSocketListener listener) implements WebSocketEndpoint {}
}
