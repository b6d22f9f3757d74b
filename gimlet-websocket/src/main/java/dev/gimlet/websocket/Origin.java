package dev.gimlet.websocket;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A web origin in its normal form: lower case, the port always known (RFC 6454 §4). Immutable.
public record Origin(String scheme, String host, int port) {

  // No label of a host name is empty: `..example.com` is not below `example.com`.
  private static final Pattern ORIGIN =
      Pattern.compile(
          "(?i)(https?)://(?!\\.|[a-z0-9._-]*\\.\\.)"
              + "([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}\\])(?::(\\d{1,5}))?");

  /// Reads the value of an `Origin` header field; empty when it is `null`, malformed or not
  /// http(s).
  public static Optional<Origin> parse(String text) {
    Matcher matcher = ORIGIN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
    String host = matcher.group(2).toLowerCase(Locale.ROOT);
    String port = matcher.group(3);
    int number = port == null ? defaultPort(scheme) : Integer.parseInt(port);
    return number > 0xFFFF ? Optional.empty() : Optional.of(new Origin(scheme, host, number));
  }

  /// Whether a request with this `Host` header field was sent to this origin.
  ///
  /// The scheme is not compared: behind a proxy that ends TLS a server cannot know its own.
  public boolean sameAs(String hostField) {
    return parse(scheme + "://" + hostField).filter(this::equals).isPresent();
  }

  /// 80 for http, 443 for https.
  static int defaultPort(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }
}
