package dev.gimlet.routing;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the route tree says to a request. Immutable.
public sealed interface RouteMatch {
  /// This route takes it.
  record Found(Route route, Map<String, String> pathParameters) implements RouteMatch {}

  /// The path is known, but only for these methods.
  record MethodNotAllowed(List<String> allowed) implements RouteMatch {}

  /// No route has this path; `near` is one that differs only in the slash at its end, and has.
  record NotFound(Optional<String> near) implements RouteMatch {}
}
