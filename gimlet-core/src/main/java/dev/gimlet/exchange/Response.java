package dev.gimlet.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.http.HttpException;
import java.util.List;

/// A complete response, ready to be written. The array is not changed any more. Immutable.
///
/// `length` is that of the body; what answers HEAD may have the one without the other.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Response(int status, List<ResponseFields.Field> fields, byte[] body, long length) {
  private static final byte[] EMPTY = {};

  static Response empty(int status, ResponseFields fields) {
    return new Response(status, fields.list(), EMPTY, 0);
  }

  static Response of(int status, ResponseFields fields, String mediaType, byte[] body) {
    fields.set("Content-Type", mediaType);
    return new Response(status, fields.list(), body, body.length);
  }

  static Response ofHead(int status, ResponseFields fields, String mediaType, long length) {
    fields.set("Content-Type", mediaType);
    return new Response(status, fields.list(), EMPTY, length);
  }

  /// `{"error": message, "status": n}`, with the fields of the exception and those given.
  static Response error(HttpException error, ResponseFields fields) {
    fields.removeOfContent();
    error.headerFields().forEach(fields::set);
    String json =
        "{\"error\":"
            + quoted(String.valueOf(error.getMessage()))
            + ",\"status\":"
            + error.status()
            + "}";
    return of(error.status(), fields, "application/json", json.getBytes(UTF_8));
  }

  /// The same, with the fields of the exception alone.
  public static Response error(HttpException error) {
    return error(error, new ResponseFields());
  }

  /// Whether a response of this status has a body (RFC 9110 §6.4.1).
  boolean mayHaveBody() {
    return status != 204 && status != 304 && status >= 200;
  }

  private static String quoted(String text) {
    var json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '"' || character == '\\') {
        json.append('\\').append(character);
      } else if (character < ' ' || Character.isSurrogate(character)) {
        json.append(String.format("\\u%04x", (int) character));
      } else {
        json.append(character);
      }
    }
    return json.append('"').toString();
  }
}
