package dev.gimlet.client;

import dev.gimlet.spi.ServerEvents;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// Writes what a program's callbacks throw to the logger `gimlet.client`. Immutable.
final class ClientLog implements ServerEvents {

  private static final Logger LOGGER = System.getLogger("gimlet.client");

  @Override
  public void handlerFailed(String where, Throwable failure) {
    LOGGER.log(Level.ERROR, where + " failed", failure);
  }
}
