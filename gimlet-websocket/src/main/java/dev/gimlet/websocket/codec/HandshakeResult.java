package dev.gimlet.websocket.codec;

import java.util.Map;
import java.util.Optional;

/// What a server answers to an opening handshake.
public sealed interface HandshakeResult {

  /// 101 with these header fields.
  record Accepted(
      Map<String, String> responseFields,
      Optional<String> subprotocol,
      Optional<DeflateAgreement> deflate)
      implements HandshakeResult {}

  /// Another status, with a sentence that says what to change.
  record Refused(int status, String reason, Map<String, String> responseFields)
      implements HandshakeResult {}
}
