package dev.gimlet.http;

import java.time.Duration;
import java.util.Objects;

/// A cookie to set: host-only, path `/`, and by default `HttpOnly; SameSite=Lax`. Immutable.
///
/// It lives for `maxAge`, in whole seconds and at least one: zero makes it last until the browser
/// closes, and with a negative one the browser deletes it at once (RFC 6265 §4.1, §5.2.2).
public record Cookie(String name, String value, Duration maxAge, boolean secure, boolean httpOnly) {

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String VALUE = "[\\x21\\x23-\\x2B\\x2D-\\x3A\\x3C-\\x5B\\x5D-\\x7E]*";

  /// Checks name and value (RFC 6265 §4.1.1).
  public Cookie {
    Objects.requireNonNull(maxAge, "maxAge");
    if (!name.matches(TOKEN)) {
      throw new IllegalArgumentException("cookie name \"" + name + "\" is not a token");
    }
    if (!value.matches(VALUE)) {
      throw new IllegalArgumentException(
          "value of cookie "
              + name
              + " has spaces, quotes, commas, semicolons or other characters"
              + " a cookie cannot hold: encode it first");
    }
  }

  /// A cookie for this browser session.
  public static Cookie of(String name, String value) {
    return new Cookie(name, value, Duration.ZERO, false, true);
  }

  /// The same cookie with an age after which the browser forgets it; a negative one deletes it.
  public Cookie withMaxAge(Duration age) {
    return new Cookie(name, value, age, secure, httpOnly);
  }

  /// The same cookie, sent over TLS only.
  public Cookie securely() {
    return new Cookie(name, value, maxAge, true, httpOnly);
  }

  /// The value of a `Set-Cookie` header field.
  public String toHeaderField() {
    return name
        + "="
        + value
        + "; Path=/; SameSite=Lax"
        + (maxAge.isZero() ? "" : "; Max-Age=" + maxAgeSeconds())
        + (secure ? "; Secure" : "")
        + (httpOnly ? "; HttpOnly" : "");
  }

  /// Less than a second counts as one: 0 would delete what was to live.
  private long maxAgeSeconds() {
    return maxAge.isPositive() ? Math.max(1, maxAge.toSeconds()) : maxAge.toSeconds();
  }
}
