package dev.gimlet.websocket.codec;

/// Which end of a connection this is: clients mask their frames, servers do not (RFC 6455 §5.1).
public enum Side {
  /// The end that sent the opening handshake.
  CLIENT,
  /// The end that answered it.
  SERVER;

  /// The other end.
  public Side peer() {
    return this == CLIENT ? SERVER : CLIENT;
  }
}
