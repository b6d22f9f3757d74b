package dev.gimlet.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// The path of a request: segments, each decoded by itself, so `%2F` stays inside one. Immutable.
public record RequestPath(List<String> segments) {
  private static final Pattern SLASH = Pattern.compile("[/\\\\]");

  /// Reads a path as a request line has it, beginning with `/`.
  ///
  /// @throws IllegalArgumentException when its encoding is not valid, or it has a NUL or a segment
  ///   `.` or `..`, which honest clients resolve before they send (RFC 3986 §5.2.4), or a `..`
  ///   between slashes or backslashes that were encoded, or a segment that begins with one of
  ///   these: joined to a folder it would lead out
  public static RequestPath parse(String encoded) {
    if (!encoded.startsWith("/")) {
      throw new IllegalArgumentException("the path does not begin with /");
    }
    return new RequestPath(
        Arrays.stream(encoded.substring(1).split("/", -1)).map(RequestPath::segment).toList());
  }

  private static String segment(String encoded) {
    String segment = PercentEncoding.decode(encoded);
    if (segment.equals(".") || segment.equals("..")) {
      throw new IllegalArgumentException("the path has a segment " + segment);
    }
    if (segment.contains("..") && SLASH.splitAsStream(segment).anyMatch(".."::equals)) {
      throw new IllegalArgumentException("the path has a segment .. between encoded slashes");
    }
    if (segment.startsWith("/") || segment.startsWith("\\")) {
      throw new IllegalArgumentException(
          "the path has a segment that begins with an encoded slash");
    }
    if (segment.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the path has a NUL");
    }
    return segment;
  }

  /// The same path with a slash at its end, or without the one it has; `/` stays as it is.
  RequestPath withOtherEnd() {
    List<String> others = new ArrayList<>(segments);
    if (!others.getLast().isEmpty()) {
      others.add("");
    } else if (others.size() > 1) {
      others.removeLast();
    }
    return new RequestPath(others);
  }

  /// The decoded path as one text.
  public String text() {
    return "/" + String.join("/", segments);
  }
}
