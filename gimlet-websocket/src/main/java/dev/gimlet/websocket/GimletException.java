package dev.gimlet.websocket;

/// The root of all exceptions that Gimlet throws on its own account; unchecked.
public class GimletException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /// An exception with what was expected, what was found and which rule says so.
  public GimletException(String message) {
    super(message);
  }

  /// The same, with what caused it.
  public GimletException(String message, Throwable cause) {
    super(message, cause);
  }
}
