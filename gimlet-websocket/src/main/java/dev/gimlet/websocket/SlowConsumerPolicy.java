package dev.gimlet.websocket;

/// What happens to messages for a peer that reads more slowly than it is sent to.
///
/// It is asked when a message does not fit into the outbox, whose limit is
/// [WebSocketOptions#outboxBytes()]. Frames of control, pings, pongs and closes, are never dropped,
/// and whatever the policy is, a peer that takes nothing for [WebSocketOptions#sendTimeout()] is
/// closed with 1008. Every drop is counted in [ConnectionStatistics#droppedMessages()]. A single
/// message larger than the outbox passes when nothing else waits.
public enum SlowConsumerPolicy {

  /// The connection is closed with 1008, after what waited before. The default: nothing is ever
  /// missing between two messages that arrive.
  CLOSE,

  /// The message that does not fit is dropped: `send` answers [SendResult#DROPPED]. What arrives is
  /// the oldest, with gaps.
  DROP_NEWEST,

  /// The messages that have waited longest are dropped until the new one fits: `send` answers
  /// [SendResult#ACCEPTED]. What arrives is the newest, with gaps, in order.
  ///
  /// What was already given to the socket, up to 64 KiB or one message, cannot be dropped. The
  /// newest message may wait beside it even when it does not fit. It is dropped, and `send` answers
  /// [SendResult#DROPPED], only if both it and what the socket has are larger than the outbox.
  DROP_OLDEST,

  /// A message with a key takes the place of a waiting one with the same key, which is dropped, and
  /// leaves at that one's turn. For streams in which only the newest value counts.
  ///
  /// That happens to every message that still waits, also when the peer is not slow and only the
  /// event loop has not come to it. A message without a key is never replaced. When all that waits
  /// does not fit the connection is closed as by [#CLOSE].
  LATEST_PER_KEY
}
