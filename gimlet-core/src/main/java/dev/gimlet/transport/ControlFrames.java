package dev.gimlet.transport;

import dev.gimlet.entrance.TokenBucket;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.RateLimit;

/// What the pings and pongs of one peer may cost.
///
/// Owned by its event loop.
final class ControlFrames {

  private final RateLimit limit;
  private final TokenBucket allowed;

  ControlFrames(RateLimit limit, int now) {
    this.limit = limit;
    allowed = new TokenBucket(limit, Ticks.PER_SECOND, now);
  }

  /// A ping or a pong arrived.
  void received(int now) {
    if (!allowed.take(1, now)) {
      throw new ProtocolException(
          CloseStatus.POLICY_VIOLATION,
          "more than %d pings and pongs at once or %d per second"
              .formatted(limit.burst(), limit.perSecond()));
    }
  }

  /// The pong to a ping of this side is not held against the peer.
  void pingSent() {
    allowed.grant();
  }
}
