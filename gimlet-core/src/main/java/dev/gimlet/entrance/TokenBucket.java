package dev.gimlet.entrance;

import dev.gimlet.websocket.RateLimit;

/// Keeps a peer to a [RateLimit].
///
/// Owned by its caller, whose clock has a fixed number of ticks in a second.
public final class TokenBucket {

  private final RateLimit limit;
  private final int ticksPerSecond; // shares of a token, of which a tick adds a whole number
  private long left; // in shares
  private int filledAt;

  /// A full one; `now` is the tick it begins with.
  public TokenBucket(RateLimit limit, int ticksPerSecond, int now) {
    this.limit = limit;
    this.ticksPerSecond = ticksPerSecond;
    left = shares(limit.burst());
    filledAt = now;
  }

  /// Takes tokens if they are there; more than the burst count as the burst.
  public boolean take(int tokens, int now) {
    fill(now);
    long shares = shares(Math.min(tokens, limit.burst()));
    if (shares > left) {
      return false;
    }
    left -= shares;
    return true;
  }

  /// Adds a token, also to a bucket that is full.
  public void grant() {
    left += shares(1);
  }

  private void fill(int now) {
    long added = (long) (now - filledAt) * limit.perSecond();
    filledAt = now;
    long full = shares(limit.burst());
    if (left < full) {
      left = Math.min(full, left + added);
    }
  }

  private long shares(int tokens) {
    return (long) tokens * ticksPerSecond;
  }
}
