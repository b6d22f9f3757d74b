package dev.gimlet.websocket;

/// What became of a message given to [WebSocketConnection#send(Message)].
public enum SendResult {
  /// The message is in the outbox and leaves in order.
  ///
  /// It is lost only if the connection breaks, or if newer messages take its place: that happens
  /// with [SlowConsumerPolicy#DROP_OLDEST] and [SlowConsumerPolicy#LATEST_PER_KEY].
  ACCEPTED,

  /// The outbox was full, and the [SlowConsumerPolicy] drops this message; the connection is open.
  DROPPED,

  /// The connection is closing, closed, or was just closed because its outbox was full.
  CLOSED
}
