package dev.gimlet.websocket.codec;

import java.net.URI;

/// The address of a WebSocket (RFC 6455 §3). Immutable.
public record WebSocketUri(URI uri, String host, int port, boolean isSecure) {

  /// Takes an address apart.
  ///
  /// @throws IllegalArgumentException when it is none; the message says what to change
  public static WebSocketUri parse(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    boolean secure = scheme.equalsIgnoreCase("wss");
    if (!secure && !scheme.equalsIgnoreCase("ws")) {
      throw refused(uri, "it must begin with ws:// or wss://");
    }
    if (uri.getHost() == null) {
      throw refused(uri, "it names no host");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "an address with a password: send it in a header field instead");
    }
    if (uri.getRawFragment() != null) {
      throw refused(uri, "it may have no fragment (RFC 6455 §3)");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      throw refused(uri, "ports go from 1 to 65535");
    }
    int port = uri.getPort() > 0 ? uri.getPort() : secure ? 443 : 80;
    return new WebSocketUri(uri, withoutBrackets(uri.getHost()), port, secure);
  }

  /// Host and port as `Host` names them: without the port of the scheme (RFC 9110 §7.2).
  public String authority() {
    boolean usual = port == (isSecure ? 443 : 80);
    return uri.getHost() + (usual ? "" : ":" + port);
  }

  /// Path and query, as the request line has them.
  public String target() {
    URI ascii = URI.create(uri.toASCIIString());
    String path = ascii.getRawPath();
    String query = ascii.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static IllegalArgumentException refused(URI uri, String why) {
    return new IllegalArgumentException(uri + " is no address of a WebSocket: " + why);
  }
}
