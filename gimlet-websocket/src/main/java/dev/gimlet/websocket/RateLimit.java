package dev.gimlet.websocket;

/// How often a peer may do something: `burst` times at once, then `perSecond` times a second.
///
/// Both are at least 1. Immutable.
public record RateLimit(int burst, int perSecond) {

  /// No limit.
  public static final RateLimit NONE = new RateLimit(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /// Checks that something may happen at all.
  public RateLimit {
    if (burst < 1 || perSecond < 1) {
      throw new IllegalArgumentException(
          "rate limit of " + burst + " at once and " + perSecond + " per second, at least 1");
    }
  }
}
