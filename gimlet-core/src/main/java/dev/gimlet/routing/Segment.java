package dev.gimlet.routing;

/// One part of a route's path, between slashes. Immutable.
sealed interface Segment {
  /// Takes exactly this text.
  record Literal(String text) implements Segment {}

  /// Takes any text but the empty one.
  record Parameter(String name) implements Segment {}

  /// Takes this segment and all that follow; always the last.
  record Wildcard(String name) implements Segment {}
}
