package dev.gimlet.testing;

/// How large the tests that kill and freeze are: small every day, in full size with `-Pfaults`.
public final class Faults {

  /// Whether they have their full size.
  public static final boolean FULL = Boolean.getBoolean("gimlet.faults");

  private Faults() {}

  /// The everyday number, or the full one.
  public static int of(int everyday, int full) {
    return FULL ? full : everyday;
  }

  /// Writes down a measured figure of a run in full size.
  public static void note(String figure) {
    if (FULL) {
      System.out.println("measured: " + figure);
    }
  }
}
