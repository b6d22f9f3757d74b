package dev.gimlet.server.metrics;

import dev.gimlet.websocket.CloseStatus;
import java.util.Locale;

/// What a close code means to whoever watches a server; peers may choose the code, not the class.
enum CloseClass {
  NORMAL,
  GOING_AWAY,
  PROTOCOL_ERROR,
  POLICY,
  TOO_BIG,
  ABNORMAL,
  INTERNAL,
  OTHER;

  private static final int NORMAL_CLOSURE = 1000;
  private static final int LEAVING = 1001;

  static CloseClass of(CloseStatus status) {
    return switch (status.code()) {
      case NORMAL_CLOSURE, CloseStatus.NO_STATUS_RECEIVED -> NORMAL;
      case LEAVING -> GOING_AWAY;
      case CloseStatus.PROTOCOL_ERROR,
          CloseStatus.UNSUPPORTED_DATA,
          CloseStatus.INVALID_PAYLOAD_DATA ->
          PROTOCOL_ERROR;
      case CloseStatus.POLICY_VIOLATION -> POLICY;
      case CloseStatus.MESSAGE_TOO_BIG -> TOO_BIG;
      case CloseStatus.ABNORMAL_CLOSURE, CloseStatus.TLS_HANDSHAKE -> ABNORMAL;
      case CloseStatus.INTERNAL_ERROR -> INTERNAL;
      default -> OTHER;
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
