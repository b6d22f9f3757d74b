package dev.gimlet.websocket;

import java.util.Objects;
import java.util.Optional;

/// A web origin that may open WebSockets: scheme, host and port (RFC 6454 §4). Immutable.
///
/// A host that begins with `*.` stands for every subdomain of what follows.
public record AllowedOrigin(String scheme, String host, int port) {

  private static final String ANY_LABEL = "*.";

  /// Reads an origin as a browser writes it, with `*.` allowed in front of the host.
  ///
  /// @throws IllegalArgumentException when it is no such origin; the message says what to write
  public static AllowedOrigin parse(String text) {
    String plain = Objects.requireNonNull(text, "origin").replaceFirst("://\\*\\.", "://");
    Origin origin =
        Origin.parse(plain)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "\""
                        + text
                        + "\" is not an origin: write it like https://chat.example or"
                        + " http://localhost:3000, without a path"));
    String prefix = plain.equals(text) ? "" : ANY_LABEL;
    return new AllowedOrigin(origin.scheme(), prefix + origin.host(), origin.port());
  }

  /// Whether the `Origin` header field of a request names this origin.
  public boolean admits(String originField) {
    Optional<Origin> origin = Origin.parse(originField);
    return origin.isPresent() && admits(origin.get());
  }

  private boolean admits(Origin origin) {
    return scheme.equals(origin.scheme()) && port == origin.port() && admitsHost(origin.host());
  }

  private boolean admitsHost(String other) {
    return host.startsWith(ANY_LABEL)
        ? other.endsWith(host.substring(1)) && other.length() >= host.length()
        : host.equals(other);
  }

  @Override
  public String toString() {
    boolean usual = port == Origin.defaultPort(scheme);
    return scheme + "://" + host + (usual ? "" : ":" + port);
  }
}
