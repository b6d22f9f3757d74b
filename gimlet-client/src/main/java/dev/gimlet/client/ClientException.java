package dev.gimlet.client;

import dev.gimlet.websocket.GimletException;

/// A connection could not be opened, and the client does not try again.
public final class ClientException extends GimletException {

  private static final long serialVersionUID = 1;

  private final transient Ending ending;

  ClientException(Ending ending) {
    super(ending.reason());
    this.ending = ending;
  }

  /// Why.
  public Ending ending() {
    return ending;
  }
}
