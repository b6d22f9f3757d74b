package dev.gimlet.http;

import dev.gimlet.websocket.GimletException;
import java.util.Map;
import java.util.Objects;

/// Ends a request with a status; the message is shown to the peer, as `{"error": message, "status":
/// status}`.
public final class HttpException extends GimletException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, String> headerFields;

  /// A status from 400 to 599 and a sentence that says what to change.
  public HttpException(int status, String message) {
    this(status, message, Map.of());
  }

  /// The same, with header fields for the response, such as `Retry-After`.
  public HttpException(int status, String message, Map<String, String> headerFields) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status " + status + " is no error, use 400 to 599");
    }
    super(Objects.requireNonNull(message, "message"));
    this.status = status;
    this.headerFields = Map.copyOf(headerFields);
  }

  /// The status of the response.
  public int status() {
    return status;
  }

  /// Header fields of the response.
  public Map<String, String> headerFields() {
    return headerFields;
  }
}
