package dev.gimlet.transport;

import dev.gimlet.websocket.GimletException;

/// Another program listens at the port, or has just done so.
public final class PortInUseException extends GimletException {

  private static final long serialVersionUID = 1L;

  private static final int MAX_PORT = 65_535;

  private final int port;

  PortInUseException(int port, Throwable cause) {
    super(
        "port "
            + port
            + " is in use: stop the other program or choose another port, such as "
            + another(port),
        cause);
    this.port = port;
  }

  /// A port that may be free.
  public int anotherPort() {
    return another(port);
  }

  private static int another(int port) {
    return port == MAX_PORT ? port - 1 : port + 1;
  }
}
