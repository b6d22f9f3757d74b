package dev.gimlet.client;

import dev.gimlet.websocket.codec.ClientHandshake;
import dev.gimlet.websocket.codec.HeaderField;
import dev.gimlet.websocket.codec.WebSocketUri;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// What the next attempt asks for: an address and header fields. Immutable: each change makes
/// another.
public final class ConnectRequest {

  private final int failures;
  private final URI uri;
  private final List<HeaderField> fields;

  ConnectRequest(int failures, URI uri, List<HeaderField> fields) {
    this.failures = failures;
    this.uri = uri;
    this.fields = List.copyOf(fields);
  }

  /// How many attempts in a row have failed before this one.
  public int failures() {
    return failures;
  }

  /// The address, `ws://` or `wss://`.
  public URI uri() {
    return uri;
  }

  /// The values of all fields of that name.
  public List<String> headerFields(String name) {
    return fields.stream().filter(field -> field.isNamed(name)).map(HeaderField::value).toList();
  }

  List<HeaderField> fields() {
    return fields;
  }

  /// The same for another address.
  ///
  /// @throws IllegalArgumentException when it is no address of a WebSocket
  public ConnectRequest withUri(URI other) {
    return new ConnectRequest(failures, WebSocketUri.parse(other).uri(), fields);
  }

  /// The same with this field instead of all of that name.
  ///
  /// @throws IllegalArgumentException when it cannot be sent
  public ConnectRequest withHeaderField(String name, String value) {
    HeaderField field = ClientHandshake.checked(new HeaderField(name, value));
    List<HeaderField> changed = new ArrayList<>(fields);
    changed.removeIf(each -> each.isNamed(name));
    changed.add(field);
    return new ConnectRequest(failures, uri, changed);
  }
}
