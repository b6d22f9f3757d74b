package dev.gimlet.websocket;

/// What became of a message given to [WebSocketConnection#send(Message)].
public enum SendResult {
  /// The message is in the outbox and leaves in order; it is lost only if the connection breaks.
  ACCEPTED,

  /// The connection is closing, closed, or was just closed because its outbox was full.
  CLOSED
}
