package dev.gimlet.transport;

import java.util.Optional;

/// Why no connection came of dialling.
public sealed interface DialFailure {

  /// No answer could be had: no such host, no route, refused, too slow.
  record Unreachable(String reason) implements DialFailure {}

  /// The server showed a certificate that is not trusted.
  record Untrusted(String reason) implements DialFailure {}

  /// The server, or a proxy, answered with this status; `retryAfter` is its field, as it came.
  record Refused(int status, String reason, Optional<String> retryAfter) implements DialFailure {}

  /// What answered is no WebSocket server: it broke this rule.
  record Broken(String rule) implements DialFailure {}
}
