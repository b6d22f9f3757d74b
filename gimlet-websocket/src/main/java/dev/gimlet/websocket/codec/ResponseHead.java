package dev.gimlet.websocket.codec;

import java.util.List;
import java.util.Optional;

/// The status line and header fields of a response (RFC 9112 §4). Immutable.
public record ResponseHead(int status, String reason, List<HeaderField> fields) {

  /// Copies the list.
  public ResponseHead {
    fields = List.copyOf(fields);
  }

  /// The values of all fields of that name, in order.
  public List<String> headerFields(String name) {
    return fields.stream().filter(field -> field.isNamed(name)).map(HeaderField::value).toList();
  }

  /// The value of the first field of that name.
  public Optional<String> headerField(String name) {
    return headerFields(name).stream().findFirst();
  }
}
