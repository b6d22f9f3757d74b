package dev.gimlet.client;

import dev.gimlet.spi.ServerEvents;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/// Writes to the logger `gimlet.client` what a program's callbacks throw, and that a server cannot
/// be reached.
///
/// Thread-safe: one lock, this object, over the warnings of the current second and how many were
/// left out, never held while something is logged.
final class ClientLog implements ServerEvents {

  private static final Logger LOGGER = System.getLogger("gimlet.client");
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int WARNINGS_PER_SECOND = 10;

  private boolean begun;
  private long secondNanos; // when the current second began
  private int warnings;
  private long withheld;

  @Override
  public void handlerFailed(String where, Throwable failure) {
    LOGGER.log(Level.ERROR, where + " failed", failure);
  }

  /// Thousands of links may fail at the same moment, for the same reason.
  void warnOfFailure(String address, Reconnecting next) {
    long missed;
    synchronized (this) {
      long now = System.nanoTime();
      if (!begun || now - secondNanos >= SECOND_NANOS) {
        begun = true;
        secondNanos = now;
        warnings = 0;
      }
      if (warnings == WARNINGS_PER_SECOND) {
        withheld++;
        return;
      }
      warnings++;
      missed = withheld;
      withheld = 0;
    }
    LOGGER.log(
        Level.WARNING,
        address
            + ": "
            + next.because().reason()
            + "; trying again until there is a connection"
            + (missed == 0 ? "" : " (and " + missed + " more that were not logged)"));
  }
}
