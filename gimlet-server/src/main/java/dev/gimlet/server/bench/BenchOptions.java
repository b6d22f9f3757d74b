package dev.gimlet.server.bench;

import dev.gimlet.server.load.StampedMessages;
import dev.gimlet.server.load.Target;
import java.net.URI;
import java.time.Duration;

/// What a run does. Immutable.
///
/// `rate` is messages per second of all connections together, 0 for as fast as answers come with
/// `inFlight` messages under way for each sender. `slowReaders` connect besides, and never read.
public record BenchOptions(
    URI uri,
    Mode mode,
    int connections,
    int slowReaders,
    Duration duration,
    int rate,
    int sizeBytes,
    int inFlight,
    Target target) {

  /// The least size of a message: what it needs to be recognised.
  public static final int LEAST_BYTES = StampedMessages.LEAST_BYTES;

  /// The greatest size of a message, 64 MiB.
  public static final int MOST_BYTES = StampedMessages.MOST_BYTES;

  /// Who sends and who receives.
  public enum Mode {
    /// Each connection sends, and gets its own messages back.
    ECHO,
    /// The first connection sends, and every other one gets its messages.
    ROOM
  }

  boolean isEcho() {
    return mode == Mode.ECHO;
  }

  /// How many connections send.
  int senders() {
    return mode == Mode.ECHO ? connections : 1;
  }
}
