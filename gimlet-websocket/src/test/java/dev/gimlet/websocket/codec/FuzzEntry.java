package dev.gimlet.websocket.codec;

/// Where Jazzer enters: it is told the name of a [FuzzTarget] first.
///
/// Public and with these names, because Jazzer looks them up.
public final class FuzzEntry {

  private static FuzzTarget target = FuzzTarget.DECODER;

  private FuzzEntry() {}

  /// Chooses the target.
  public static void fuzzerInitialize(String[] arguments) {
    target = FuzzTarget.valueOf(arguments[0]);
  }

  /// Feeds it.
  public static void fuzzerTestOneInput(byte[] input) {
    target.feed(input);
  }
}
