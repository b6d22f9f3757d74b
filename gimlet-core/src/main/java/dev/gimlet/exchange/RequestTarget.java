package dev.gimlet.exchange;

import dev.gimlet.http.HttpException;
import dev.gimlet.routing.RequestPath;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The target of a request line, taken apart (RFC 9112 §3.2). Immutable.
///
/// `authority` is there in the absolute form only, and then counts instead of the `Host` field.
record RequestTarget(RequestPath path, String query, Optional<String> authority) {
  private static final Pattern ABSOLUTE =
      Pattern.compile("(?i)https?://([^/?#@]+)((?:[/?][^#]*)?)");

  /// The target `*` of OPTIONS: the server as a whole.
  static final RequestTarget SERVER =
      new RequestTarget(new RequestPath(List.of("*")), "", Optional.empty());

  /// Reads a target.
  ///
  /// @throws HttpException 400
  static RequestTarget parse(String method, String text) {
    if (text.equals("*") && method.equals("OPTIONS")) {
      return SERVER;
    }
    if (text.startsWith("/")) {
      return of(text, Optional.empty());
    }
    Matcher absolute = ABSOLUTE.matcher(text);
    if (!absolute.matches()) {
      throw new HttpException(400, "the request target is no path (RFC 9112 §3.2)");
    }
    String rest = absolute.group(2);
    return of(rest.startsWith("/") ? rest : "/" + rest, Optional.of(absolute.group(1)));
  }

  private static RequestTarget of(String text, Optional<String> authority) {
    if (text.indexOf('#') >= 0) {
      throw new HttpException(400, "the request target has a fragment (RFC 9112 §3.2)");
    }
    int mark = text.indexOf('?');
    String path = mark < 0 ? text : text.substring(0, mark);
    String query = mark < 0 ? "" : text.substring(mark + 1);
    try {
      return new RequestTarget(RequestPath.parse(path), query, authority);
    } catch (IllegalArgumentException malformed) {
      throw new HttpException(400, String.valueOf(malformed.getMessage()));
    }
  }
}
