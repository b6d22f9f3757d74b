package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;

/// The payload of a close frame: nothing, or a code and a reason (RFC 6455 §5.5.1).
final class CloseFrame {

  private CloseFrame() {}

  static CloseStatus parse(byte[] payload) {
    if (payload.length == 0) {
      return new CloseStatus(CloseStatus.NO_STATUS_RECEIVED, "");
    }
    if (payload.length == 1) {
      throw new ProtocolException(
          CloseStatus.PROTOCOL_ERROR, "close frame of 1 byte, 0 or at least 2 (RFC 6455 §5.5.1)");
    }
    int code = ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    if (!CloseStatus.isSendable(code)) {
      throw new ProtocolException(
          CloseStatus.PROTOCOL_ERROR, "close code " + code + " may not be sent (RFC 6455 §7.4)");
    }
    return new CloseStatus(code, reason(payload));
  }

  static byte[] encode(CloseStatus status) {
    if (!CloseStatus.isSendable(status.code())) {
      return new byte[0]; // 1005, 1006 and 1015 are only reported, RFC 6455 §7.4.1
    }
    byte[] reason = status.reason().getBytes(UTF_8);
    byte[] payload = new byte[2 + reason.length];
    payload[0] = (byte) (status.code() >> 8);
    payload[1] = (byte) status.code();
    System.arraycopy(reason, 0, payload, 2, reason.length);
    return payload;
  }

  private static String reason(byte[] payload) {
    Utf8Validator utf8 = new Utf8Validator();
    if (!utf8.accept(payload, 2, payload.length - 2) || !utf8.isComplete()) {
      throw new ProtocolException(
          CloseStatus.INVALID_PAYLOAD_DATA, "close reason is not UTF-8 (RFC 6455 §5.5.1)");
    }
    return new String(payload, 2, payload.length - 2, UTF_8);
  }
}
