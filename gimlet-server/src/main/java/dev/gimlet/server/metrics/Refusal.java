package dev.gimlet.server.metrics;

import java.util.Locale;

/// Why an opening handshake, an event stream or an accepted connection was refused.
enum Refusal {
  /// The page's origin is not admitted.
  ORIGIN,
  /// No upgrade, or another version than 13.
  NOT_WEBSOCKET,
  /// Of a handshake, or of the header of the PROXY protocol.
  MALFORMED,
  /// Too many connections, in all, of one address or user, or at once.
  LIMIT,
  /// The server goes down.
  DRAINING,
  OTHER;

  static Refusal of(int status, boolean draining) {
    return switch (status) {
      case 400 -> MALFORMED;
      case 403 -> ORIGIN;
      case 426 -> NOT_WEBSOCKET;
      case 503 -> draining ? DRAINING : LIMIT;
      default -> OTHER;
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
