package dev.gimlet.client;

import dev.gimlet.log.LineLimit;
import dev.gimlet.spi.ServerEvents;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/// Writes to the logger `gimlet.client` what a program's callbacks throw, and that a server cannot
/// be reached.
///
/// Thread-safe: the limit of lines is.
final class ClientLog implements ServerEvents {

  private static final Logger LOGGER = System.getLogger("gimlet.client");

  private final LineLimit warnings;

  ClientLog() {
    this(System::nanoTime);
  }

  ClientLog(LongSupplier nanoTime) {
    warnings = new LineLimit(nanoTime);
  }

  @Override
  public void handlerFailed(String where, Throwable failure) {
    LOGGER.log(Level.ERROR, where + " failed", failure);
  }

  /// Thousands of links may fail at the same moment, for the same reason.
  void warnOfFailure(String address, Reconnecting next) {
    warnings
        .admit()
        .ifPresent(withheld ->
            LOGGER.log(
                Level.WARNING,
                address
                    + ": "
                    + next.because().reason()
                    + "; trying again until there is a connection"
                    + (withheld == 0 ? "" : " (and " + withheld + " more that were not logged)")));
  }
}
