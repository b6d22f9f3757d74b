package dev.gimlet.testing;

/// How large the tests with hostile peers are: small every day, large with `-Pfloods`.
public final class Floods {

  private static final boolean FULL = Boolean.getBoolean("gimlet.floods");

  private Floods() {}

  /// The everyday number, or the full one.
  public static int of(int everyday, int full) {
    return FULL ? full : everyday;
  }
}
