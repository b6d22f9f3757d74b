package dev.gimlet.websocket.codec;

import java.util.Optional;

/// What a client makes of the answer to its opening handshake.
public sealed interface ClientHandshakeResult {

  /// The connection is open.
  record Accepted(Optional<String> subprotocol, Optional<DeflateAgreement> deflate)
      implements ClientHandshakeResult {}

  /// The server answered with a status other than 101; `retryAfter` is its field, as it came.
  record Refused(int status, String reason, Optional<String> retryAfter)
      implements ClientHandshakeResult {}

  /// The server switched protocols and broke this rule: the connection must fail (RFC 6455 §4.1).
  record Broken(String rule) implements ClientHandshakeResult {}
}
