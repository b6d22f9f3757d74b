package dev.gimlet.spi;

import dev.gimlet.websocket.GimletException;

/// A broker could not do what it was asked; the message says what, and what to do.
public final class BrokerException extends GimletException {

  private static final long serialVersionUID = 1;

  /// One sentence on what could not be done.
  public BrokerException(String message) {
    super(message);
  }

  /// One sentence on what could not be done, and what went wrong below.
  public BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}
