package dev.gimlet.routing;

import dev.gimlet.http.Handler;
import dev.gimlet.http.Middleware;
import java.util.List;

/// A handler with the method and the path it was registered for. Immutable.
///
/// `registeredAt` is the place in the program, such as `Main.java:12`.
public record Route(
    String method,
    PathPattern path,
    Handler handler,
    List<Middleware> middleware,
    String registeredAt) {
  /// The method of a route that takes all that have no route of their own.
  public static final String ANY = "*";

  /// As error messages name it: `GET /rooms/:name (Main.java:12)`.
  @Override
  public String toString() {
    return (method.equals(ANY) ? "any" : method) + " " + path.text() + " (" + registeredAt + ")";
  }
}
