package dev.gimlet.routing;

import dev.gimlet.routing.Segment.Literal;
import dev.gimlet.routing.Segment.Parameter;
import dev.gimlet.routing.Segment.Wildcard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A place in the route tree: what follows one segment.
///
/// Immutable once the server has started.
final class RouteNode {
  private final Map<String, RouteNode> literals = new HashMap<>();
  private @Nullable RouteNode parameter;
  private @Nullable RouteNode wildcard;
  private final Map<String, Route> routes = new HashMap<>();

  /// The node that a pattern ends at, made when there is none.
  RouteNode reach(List<Segment> segments) {
    RouteNode node = this;
    for (Segment segment : segments) {
      node = node.next(segment);
    }
    return node;
  }

  private RouteNode next(Segment segment) {
    return switch (segment) {
      case Literal(String text) -> literals.computeIfAbsent(text, _ -> new RouteNode());
      case Parameter _ -> {
        parameter = orNew(parameter);
        yield parameter;
      }
      case Wildcard _ -> {
        wildcard = orNew(wildcard);
        yield wildcard;
      }
    };
  }

  private static RouteNode orNew(@Nullable RouteNode node) {
    return node == null ? new RouteNode() : node;
  }

  /// Keeps the route; empty, or the one that was there before and stays.
  Optional<Route> add(Route route) {
    return Optional.ofNullable(routes.putIfAbsent(route.method(), route));
  }

  /// The first answer among the nodes that take the path: literal, then parameter, then wildcard.
  @Nullable Route find(RequestPath path, int index, Function<RouteNode, @Nullable Route> choice) {
    if (index == path.segments().size()) {
      return choice.apply(this);
    }
    for (RouteNode node : candidates(path, index)) {
      Route found = node == wildcard ? choice.apply(node) : node.find(path, index + 1, choice);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private List<RouteNode> candidates(RequestPath path, int index) {
    String segment = path.segments().get(index);
    List<RouteNode> nodes = new ArrayList<>(3);
    RouteNode literal = literals.get(segment);
    if (literal != null) {
      nodes.add(literal);
    }
    if (parameter != null && !segment.isEmpty()) {
      nodes.add(parameter);
    }
    if (wildcard != null && (!segment.isEmpty() || index == path.segments().size() - 1)) {
      nodes.add(wildcard); // behind an empty segment its value would begin with a slash
    }
    return nodes;
  }

  /// HEAD is answered by GET (RFC 9110 §9.3.2), and the rest by a route for any method.
  @Nullable Route route(String method) {
    Route own = routes.get(method);
    if (own == null && method.equals("HEAD")) {
      own = routes.get("GET");
    }
    return own == null ? routes.get(Route.ANY) : own;
  }

  Set<String> methods() {
    return routes.keySet();
  }
}
