package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;

/// Turns the payload of a compressed message into what was compressed.
public interface Inflation {

  /// For connections that agreed on no compression: the decoder lets no such message through.
  Inflation NONE =
      new Inflation() {
        @Override
        public boolean isAgreed() {
          return false;
        }

        @Override
        public byte[] inflate(byte[] compressed, int maxBytes) {
          throw new ProtocolException(
              CloseStatus.PROTOCOL_ERROR, "compression was not agreed on (RFC 7692 §6)");
        }
      };

  /// Whether the peer may compress.
  default boolean isAgreed() {
    return true;
  }

  /// The message.
  ///
  /// @throws ProtocolException 1007 when the data is corrupt, 1009 when there is more than the
  ///   limit; of the two, what comes first in the data
  byte[] inflate(byte[] compressed, int maxBytes);
}
