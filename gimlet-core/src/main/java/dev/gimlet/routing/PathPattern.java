package dev.gimlet.routing;

import dev.gimlet.routing.Segment.Literal;
import dev.gimlet.routing.Segment.Parameter;
import dev.gimlet.routing.Segment.Wildcard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The path of a route, such as `/rooms/:name` or `/files/*path`. Immutable.
public record PathPattern(String text, List<Segment> segments) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /// Reads a path as programs write it.
  ///
  /// @throws IllegalArgumentException with what is wrong and how to write it
  public static PathPattern parse(String text) {
    Objects.requireNonNull(text, "path");
    if (!text.startsWith("/")) {
      throw malformed(text, "must begin with /");
    }
    if (text.contains("//")) {
      throw malformed(text, "has an empty segment");
    }
    if (text.matches(".*[?#%\\s].*")) {
      throw malformed(text, "has a query, a space or an escape: write the plain, decoded path");
    }
    if (text.matches(".*([{}<>]|[^/][:*]).*")) {
      throw new IllegalArgumentException(
          "path \""
              + text
              + "\": write parameters as whole segments, like /rooms/:name or /files/*path");
    }
    return new PathPattern(text, segments(text));
  }

  private static List<Segment> segments(String text) {
    String[] parts = text.substring(1).split("/", -1);
    List<Segment> segments = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      Segment segment = segment(text, parts[i]);
      if (segment instanceof Wildcard && i < parts.length - 1) {
        throw malformed(text, "has a wildcard that is not the last segment");
      }
      name(segment, text, names);
      segments.add(segment);
    }
    return List.copyOf(segments);
  }

  private static Segment segment(String text, String part) {
    return switch (part.isEmpty() ? ' ' : part.charAt(0)) {
      case ':' -> new Parameter(checked(text, part));
      case '*' -> new Wildcard(checked(text, part));
      default -> new Literal(part);
    };
  }

  private static String checked(String text, String part) {
    String name = part.substring(1);
    if (!NAME.matcher(name).matches()) {
      throw malformed(text, "has a parameter \"" + part + "\": name it like :name or *path");
    }
    return name;
  }

  private static void name(Segment segment, String text, List<String> names) {
    switch (segment) {
      case Literal _ -> {}
      case Parameter(String name) -> addName(name, text, names);
      case Wildcard(String name) -> addName(name, text, names);
    }
  }

  private static void addName(String name, String text, List<String> names) {
    if (names.contains(name)) {
      throw malformed(text, "has two parameters called " + name);
    }
    names.add(name);
  }

  private static IllegalArgumentException malformed(String text, String what) {
    return new IllegalArgumentException("path \"" + text + "\" " + what);
  }

  /// The last segment of a path that this pattern takes, decoded; its parameters say what it is.
  public String lastSegment(UnaryOperator<String> parameters) {
    return switch (segments.getLast()) {
      case Literal(String literal) -> literal;
      case Parameter(String name) -> parameters.apply(name);
      case Wildcard(String name) -> parameters.apply(name);
    };
  }

  /// The path parameters of a path that this pattern takes.
  Map<String, String> parameters(RequestPath path) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      List<String> rest = path.segments().subList(i, path.segments().size());
      switch (segments.get(i)) {
        case Literal _ -> {}
        case Parameter(String name) -> values.put(name, rest.getFirst());
        case Wildcard(String name) -> values.put(name, String.join("/", rest));
      }
    }
    return values;
  }
}
