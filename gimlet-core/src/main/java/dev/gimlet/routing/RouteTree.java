package dev.gimlet.routing;

import dev.gimlet.routing.RouteMatch.Found;
import dev.gimlet.routing.RouteMatch.MethodNotAllowed;
import dev.gimlet.routing.RouteMatch.NotFound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All routes of a program, found by method and path.
///
/// Literal segments win over parameters, parameters over wildcards; when the rest of the path does
/// not fit, the next best is tried. Immutable once the server has started.
public final class RouteTree {
  private final RouteNode root = new RouteNode();
  private final List<Route> routes = new ArrayList<>();

  /// Adds a route.
  ///
  /// @throws IllegalArgumentException when another takes the same requests; names both
  public void add(Route route) {
    Optional<Route> other = root.reach(route.path().segments()).add(route);
    if (other.isPresent()) {
      throw new IllegalArgumentException(
          "two routes take the same requests: "
              + other.get()
              + " and "
              + route
              + "; change or remove one of them");
    }
    routes.add(route);
  }

  /// All routes in the order in which they were added.
  public List<Route> routes() {
    return Collections.unmodifiableList(routes);
  }

  /// The route that takes a request.
  public RouteMatch find(String method, RequestPath path) {
    Route route = root.find(path, 0, node -> node.route(method));
    if (route != null) {
      return new Found(route, route.path().parameters(path));
    }
    Set<String> allowed = methods(path);
    return allowed.isEmpty()
        ? new NotFound(near(path.withOtherEnd()))
        : new MethodNotAllowed(complete(allowed));
  }

  private Optional<String> near(RequestPath path) {
    return methods(path).isEmpty() ? Optional.empty() : Optional.of(path.text());
  }

  private Set<String> methods(RequestPath path) {
    Set<String> methods = new TreeSet<>();
    root.find(path, 0, node -> collect(node, methods));
    return methods;
  }

  /// Always null, which means: go on, other nodes may take the path too.
  private static @Nullable Route collect(RouteNode node, Set<String> methods) {
    methods.addAll(node.methods());
    return null;
  }

  /// What the server answers by itself is allowed too.
  private static List<String> complete(Set<String> allowed) {
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    allowed.add("OPTIONS");
    return List.copyOf(allowed);
  }
}
