package dev.gimlet.transport;

import dev.gimlet.websocket.RateLimit;

/// Keeps a peer to a [RateLimit].
///
/// Owned by its event loop; time is the tick of the [HomeLoop].
final class TokenBucket {

  private final RateLimit limit;
  private final long full; // in shares of a token, of which a tick adds a whole number
  private long left;
  private int filledAt;

  TokenBucket(RateLimit limit, int now) {
    this.limit = limit;
    full = (long) limit.burst() * Ticks.PER_SECOND;
    left = full;
    filledAt = now;
  }

  /// Takes tokens if they are there; more than the burst count as the burst.
  boolean take(int tokens, int now) {
    fill(now);
    long shares = (long) Math.min(tokens, limit.burst()) * Ticks.PER_SECOND;
    if (shares > left) {
      return false;
    }
    left -= shares;
    return true;
  }

  /// Adds a token, also to a bucket that is full.
  void grant() {
    left += Ticks.PER_SECOND;
  }

  private void fill(int now) {
    long added = (long) (now - filledAt) * limit.perSecond();
    filledAt = now;
    if (left < full) {
      left = Math.min(full, left + added);
    }
  }
}
