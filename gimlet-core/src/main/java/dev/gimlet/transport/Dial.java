package dev.gimlet.transport;

import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HeaderField;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where a WebSocket is to be opened, and how. Immutable.
///
/// `authority` and `target` are what the request says: host and port, path and query. With `tls`
/// the connection is encrypted, with `proxy` it goes through that HTTP proxy.
public record Dial(
    String host,
    int port,
    String authority,
    String target,
    List<HeaderField> fields,
    Optional<ClientTls> tls,
    Optional<ProxyAddress> proxy,
    WebSocketOptions options,
    Duration connectTimeout,
    Duration handshakeTimeout) {

  /// An HTTP proxy and the fields that its CONNECT request carries. Immutable.
  public record ProxyAddress(String host, int port, List<HeaderField> fields) {}

  /// The host that the socket connects to.
  String nextHost() {
    return proxy.map(ProxyAddress::host).orElse(host);
  }

  /// The port that the socket connects to.
  int nextPort() {
    return proxy.map(ProxyAddress::port).orElse(port);
  }
}
