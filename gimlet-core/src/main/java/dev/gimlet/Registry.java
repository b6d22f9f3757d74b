package dev.gimlet;

import dev.gimlet.routing.Route;
import dev.gimlet.routing.RouteTree;
import dev.gimlet.websocket.WebSocketOptions;

/// What has been registered, until the server starts.
///
/// Owned by the thread that registers.
final class Registry {
  private final RouteTree routes = new RouteTree();
  private boolean closed;
  private boolean anyOrigin;

  void add(Route route) {
    checkOpen();
    routes.add(route);
  }

  /// Remembers that a WebSocket is open to every web site.
  void note(WebSocketOptions options) {
    anyOrigin |= options.anyOriginAllowed();
  }

  boolean isOpenToAnyOrigin() {
    return anyOrigin;
  }

  RouteTree routes() {
    return routes;
  }

  /// The server starts: what was registered must not change any more.
  void close() {
    checkOpen();
    closed = true;
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException(
          "the server has been started: register all routes, options of rooms and middleware before, and start once");
    }
  }
}
