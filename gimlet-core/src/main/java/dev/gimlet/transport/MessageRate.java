package dev.gimlet.transport;

import dev.gimlet.entrance.TokenBucket;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.RateLimit;
import org.jspecify.annotations.Nullable;

/// Keeps a peer to its number of messages.
///
/// Owned by its event loop. A large message counts as several, after decompression: what small
/// messages may cost, large ones may not cost many times over.
final class MessageRate {

  private static final int BYTES_PER_TOKEN_SHIFT = 16; // 64 KiB

  private final RateLimit limit;
  private final TokenBucket allowed;

  private MessageRate(RateLimit limit, int now) {
    this.limit = limit;
    allowed = new TokenBucket(limit, Ticks.PER_SECOND, now);
  }

  /// Null when there is no limit: then messages cost nothing here.
  static @Nullable MessageRate of(RateLimit limit, int now) {
    return limit.equals(RateLimit.NONE) ? null : new MessageRate(limit, now);
  }

  private static int tokens(int bytes) {
    return 1 + (Math.max(0, bytes - 1) >> BYTES_PER_TOKEN_SHIFT);
  }

  void received(Message message, int now) {
    if (!allowed.take(tokens(message.size()), now)) {
      throw new ProtocolException(
          CloseStatus.POLICY_VIOLATION,
          "more than %d messages at once or %d per second"
              .formatted(limit.burst(), limit.perSecond()));
    }
  }
}
