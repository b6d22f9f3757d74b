package dev.gimlet.websocket.codec;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An opening handshake to be spoilt by a test. Immutable: each change makes another request.
record ScriptedRequest(
    String method,
    boolean http11,
    boolean hasBody,
    boolean secure,
    Map<String, List<String>> fields)
    implements Handshake.Request {

  /// The request of RFC 6455 §1.3, without its optional parts.
  static ScriptedRequest opening() {
    return new ScriptedRequest("GET", true, false, false, Map.of())
        .with("Host", "server.example.com")
        .with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
        .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .with("Sec-WebSocket-Version", "13");
  }

  ScriptedRequest withMethod(String other) {
    return new ScriptedRequest(other, http11, hasBody, secure, fields);
  }

  ScriptedRequest withHttp10() {
    return new ScriptedRequest(method, false, hasBody, secure, fields);
  }

  ScriptedRequest withBody() {
    return new ScriptedRequest(method, http11, true, secure, fields);
  }

  /// As it is when it comes over TLS.
  ScriptedRequest overTls() {
    return new ScriptedRequest(method, http11, hasBody, true, fields);
  }

  /// With exactly these fields of that name: none when no value is given.
  ScriptedRequest with(String name, String... values) {
    Map<String, List<String>> changed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    changed.putAll(fields);
    changed.put(name, List.of(values));
    return new ScriptedRequest(method, http11, hasBody, secure, changed);
  }

  ScriptedRequest without(String name) {
    return with(name);
  }

  @Override
  public List<String> headerFields(String name) {
    return fields.getOrDefault(name, List.of());
  }
}
