package dev.gimlet.http;

import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;

/// Where routes and middleware are registered: the program itself, or a group of routes.
///
/// A path is made of segments: `/rooms/:name` has a path parameter, `/files/*path` takes the rest.
/// A parameter is a whole segment, and matches no empty one. In a group the path `""` is that of
/// the group itself. Paths are taken as they are: `/rooms` and `/rooms/` are two, and nothing
/// redirects from one to the other; register both where both are asked for.
///
/// Literal segments win over parameters, parameters over wildcards. HEAD is answered by the GET
/// route and OPTIONS by the router, unless the program has routes of its own for them.
///
/// Registering is not thread-safe and ends when the server starts; later calls throw
/// [IllegalStateException]. A path, handler or middleware that is null throws
/// [NullPointerException], which names it.
public interface Router {

  /// Registers a handler for a method and a path.
  ///
  /// @throws IllegalArgumentException when the path is malformed or another route takes the same
  ///   requests; the message names both
  Router route(String method, String path, Handler handler);

  /// A route for GET and, unless there is another, HEAD.
  default Router get(String path, Handler handler) {
    return route("GET", path, handler);
  }

  /// A route for POST.
  default Router post(String path, Handler handler) {
    return route("POST", path, handler);
  }

  /// A route for PUT.
  default Router put(String path, Handler handler) {
    return route("PUT", path, handler);
  }

  /// A route for PATCH.
  default Router patch(String path, Handler handler) {
    return route("PATCH", path, handler);
  }

  /// A route for DELETE.
  default Router delete(String path, Handler handler) {
    return route("DELETE", path, handler);
  }

  /// A route for HEAD.
  default Router head(String path, Handler handler) {
    return route("HEAD", path, handler);
  }

  /// A route for OPTIONS.
  default Router options(String path, Handler handler) {
    return route("OPTIONS", path, handler);
  }

  /// A route for every method that has none of its own at this path.
  Router any(String path, Handler handler);

  /// A WebSocket in loop style, with the server's default options.
  Router ws(String path, WebSocketHandler handler);

  /// A WebSocket in event style, with the server's default options.
  Router ws(String path, WebSocketListener listener);

  /// A WebSocket in loop style.
  Router ws(String path, WebSocketOptions options, WebSocketHandler handler);

  /// A WebSocket in event style.
  Router ws(String path, WebSocketOptions options, WebSocketListener listener);

  /// Serves files below a path, for GET and HEAD, with `ETag`, ranges and media types.
  Router files(String path, StaticFiles files);

  /// A group whose routes begin with a path and run the group's middleware after this router's.
  Router group(String path);

  /// Adds middleware for the routes registered after it, here and in groups made after it.
  Router use(Middleware middleware);
}
