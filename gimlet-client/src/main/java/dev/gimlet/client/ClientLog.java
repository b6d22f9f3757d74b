package dev.gimlet.client;

import dev.gimlet.spi.ServerEvents;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/// Writes to the logger `gimlet.client` what a program's callbacks throw, and that a server cannot
/// be reached.
///
/// Thread-safe: one lock, this object, over the time of the last warning and how many were left out
/// since, never held while something is logged.
final class ClientLog implements ServerEvents {

  private static final Logger LOGGER = System.getLogger("gimlet.client");
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private boolean warned;
  private long warnedAtNanos;
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
      if (warned && now - warnedAtNanos < SECOND_NANOS) {
        withheld++;
        return;
      }
      warned = true;
      warnedAtNanos = now;
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
