package dev.gimlet;

import dev.gimlet.http.Context;
import dev.gimlet.http.Handler;
import dev.gimlet.http.Middleware;
import dev.gimlet.http.Router;
import dev.gimlet.http.StaticFiles;
import dev.gimlet.routing.PathPattern;
import dev.gimlet.routing.PercentEncoding;
import dev.gimlet.routing.Route;
import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// Routes that begin with the same path and share middleware.
///
/// Owned by the thread that registers, until the server starts.
final class RouteGroup implements Router {
  private final Registry registry;
  private final String prefix;
  private final List<Middleware> middleware;

  RouteGroup(Registry registry, String prefix, List<Middleware> middleware) {
    this.registry = registry;
    this.prefix = prefix;
    this.middleware = new ArrayList<>(middleware);
  }

  @Override
  public Router route(String method, String path, Handler handler) {
    Objects.requireNonNull(method, "method");
    if (!method.matches("[A-Za-z]+")) {
      throw new IllegalArgumentException("method \"" + method + "\": use a word such as GET");
    }
    return add(method.toUpperCase(Locale.ROOT), path, handler);
  }

  @Override
  public Router any(String path, Handler handler) {
    return add(Route.ANY, path, handler);
  }

  @Override
  public Router ws(String path, WebSocketHandler handler) {
    checkGiven(handler, "handler", path);
    return add("GET", path, new WebSocketRoute(context -> context.upgrade(handler)));
  }

  @Override
  public Router ws(String path, WebSocketListener listener) {
    checkGiven(listener, "listener", path);
    return add("GET", path, new WebSocketRoute(context -> context.upgrade(listener)));
  }

  @Override
  public Router ws(String path, WebSocketOptions options, WebSocketHandler handler) {
    checkGiven(options, "options", path);
    checkGiven(handler, "handler", path);
    registry.note(options);
    return add("GET", path, new WebSocketRoute(context -> context.upgrade(options, handler)));
  }

  @Override
  public Router ws(String path, WebSocketOptions options, WebSocketListener listener) {
    checkGiven(options, "options", path);
    checkGiven(listener, "listener", path);
    registry.note(options);
    return add("GET", path, new WebSocketRoute(context -> context.upgrade(options, listener)));
  }

  @Override
  public Router files(String path, StaticFiles files) {
    Objects.requireNonNull(path, "path");
    checkGiven(files, "files", path);
    String folder = path.endsWith("/") ? path : path + "/";
    if (!folder.equals(path)) {
      // Links in a page are relative to its folder, and a folder ends with a slash.
      PathPattern pattern = PathPattern.parse(prefix + path);
      get(path, context -> redirectToFolder(context, pattern));
    }
    return get(folder + "*path", files);
  }

  /// To an address that is relative to the request's: the route knows only a pattern of that.
  private static void redirectToFolder(Context context, PathPattern pattern) {
    String name = PercentEncoding.encode(pattern.lastSegment(context::pathParameter));
    String query = context.query();
    context.status(308).redirect("./" + name + "/" + (query.isEmpty() ? "" : "?" + query));
  }

  @Override
  public Router group(String path) {
    check(path);
    return new RouteGroup(registry, prefix + withoutLastSlash(path), middleware);
  }

  @Override
  public Router use(Middleware middleware) {
    registry.checkOpen();
    this.middleware.add(Objects.requireNonNull(middleware, "middleware"));
    return this;
  }

  List<Middleware> middleware() {
    return List.copyOf(middleware);
  }

  private Router add(String method, String path, Handler handler) {
    checkGiven(handler, "handler", path);
    check(path);
    PathPattern whole = PathPattern.parse(prefix + path);
    registry.add(new Route(method, whole, handler, middleware(), CallSite.ofRegistration()));
    return this;
  }

  /// The empty path is the group's own.
  private void check(String path) {
    Objects.requireNonNull(path, "path");
    if (prefix.isEmpty() || !path.isEmpty()) {
      PathPattern.parse(path);
    }
  }

  /// Found now, with the place in the program, and not by the first request.
  private static void checkGiven(Object part, String name, String path) {
    Objects.requireNonNull(part, () -> name + " of " + path);
  }

  private static String withoutLastSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /// A route that becomes a WebSocket. Immutable.
  record WebSocketRoute(Handler upgrade) implements Handler {
    @Override
    public void handle(Context context) throws Exception {
      upgrade.handle(context);
    }
  }
}
