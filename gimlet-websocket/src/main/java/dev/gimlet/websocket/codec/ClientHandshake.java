package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Accepted;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Broken;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Refused;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The opening handshake as a client begins it and judges its answer (RFC 6455 §4.1). Immutable.
///
/// Redirects are not followed: the fields of the request may be secrets, and another server is not
/// the one that they are for.
public final class ClientHandshake {

  private static final int KEY_BYTES = 16;
  private static final int SWITCHING_PROTOCOLS = 101;

  /// Fields that the handshake, or HTTP itself, needs as they are.
  private static final Set<String> RESERVED =
      Set.of(
          "host",
          "upgrade",
          "connection",
          "content-length",
          "transfer-encoding",
          "sec-websocket-key",
          "sec-websocket-version",
          "sec-websocket-protocol",
          "sec-websocket-extensions",
          "sec-websocket-accept");

  private final String key;
  private final List<String> subprotocols;
  private final Optional<Compression> compression;

  private ClientHandshake(String key, WebSocketOptions options) {
    this.key = key;
    this.subprotocols = options.subprotocols();
    this.compression = options.compression();
  }

  /// A handshake with a key of its own (RFC 6455 §4.1).
  public static ClientHandshake create(WebSocketOptions options, SecureRandom random) {
    byte[] nonce = new byte[KEY_BYTES];
    random.nextBytes(nonce);
    return withKey(Base64.getEncoder().encodeToString(nonce), options);
  }

  static ClientHandshake withKey(String key, WebSocketOptions options) {
    return new ClientHandshake(key, options);
  }

  /// Checks a field that a program adds to the request.
  ///
  /// @throws IllegalArgumentException when the handshake needs this field for itself
  public static HeaderField checked(HeaderField field) {
    if (RESERVED.contains(field.name().toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "header field " + field.name() + " is written by the handshake itself (RFC 6455 §4.1)");
    }
    return field;
  }

  /// The request, for a host and port as `Host` names them and a path with its query.
  public byte[] request(String authority, String target, List<HeaderField> more) {
    StringBuilder head = new StringBuilder("GET " + target + " HTTP/1.1\r\n");
    add(head, "Host", authority);
    add(head, "Upgrade", "websocket");
    add(head, "Connection", "Upgrade");
    add(head, "Sec-WebSocket-Key", key);
    add(head, "Sec-WebSocket-Version", "13");
    if (!subprotocols.isEmpty()) {
      add(head, "Sec-WebSocket-Protocol", String.join(", ", subprotocols));
    }
    compression.ifPresent(
        how -> add(head, "Sec-WebSocket-Extensions", DeflateAgreement.offer(how)));
    more.forEach(field -> add(head, field.name(), field.value()));
    return head.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  /// Judges the answer.
  public ClientHandshakeResult judge(ResponseHead head) {
    if (head.status() != SWITCHING_PROTOCOLS) {
      return new Refused(head.status(), reason(head), head.headerField("Retry-After"));
    }
    return checkUpgrade(head)
        .or(() -> checkSubprotocol(head))
        .<ClientHandshakeResult>map(Broken::new)
        .orElseGet(() -> agree(head));
  }

  private static String reason(ResponseHead head) {
    String place =
        head.status() >= 300 && head.status() < 400
            ? head.headerField("Location")
                .map(location -> "; redirects are not followed, the server points to " + location)
                .orElse("")
            : "";
    return head.reason() + place;
  }

  private Optional<String> checkUpgrade(ResponseHead head) {
    if (!head.headerFields("Upgrade").stream().allMatch("websocket"::equalsIgnoreCase)
        || head.headerFields("Upgrade").size() != 1) {
      return Optional.of("the answer must have Upgrade: websocket (RFC 6455 §4.1)");
    }
    if (elements(head, "Connection").noneMatch("Upgrade"::equalsIgnoreCase)) {
      return Optional.of("the answer must have Connection: Upgrade (RFC 6455 §4.1)");
    }
    return head.headerFields("Sec-WebSocket-Accept").equals(List.of(Handshake.acceptKey(key)))
        ? Optional.empty()
        : Optional.of("Sec-WebSocket-Accept does not answer the key (RFC 6455 §4.1)");
  }

  /// As browsers do, a client that offers subprotocols insists on one of them.
  private Optional<String> checkSubprotocol(ResponseHead head) {
    List<String> chosen = head.headerFields("Sec-WebSocket-Protocol");
    if (chosen.isEmpty() && !subprotocols.isEmpty()) {
      return Optional.of("the server speaks none of the subprotocols " + subprotocols);
    }
    boolean offered =
        chosen.isEmpty() || (chosen.size() == 1 && subprotocols.contains(chosen.getFirst()));
    return offered
        ? Optional.empty()
        : Optional.of("the server chose a subprotocol that was not offered (RFC 6455 §4.1)");
  }

  private ClientHandshakeResult agree(ResponseHead head) {
    List<String> extensions = elements(head, "Sec-WebSocket-Extensions").toList();
    Optional<String> subprotocol = head.headerField("Sec-WebSocket-Protocol");
    if (extensions.isEmpty()) {
      return new Accepted(subprotocol, Optional.empty());
    }
    Optional<DeflateAgreement> agreed =
        compression.flatMap(how -> DeflateAgreement.confirm(extensions, how));
    return agreed.isPresent()
        ? new Accepted(subprotocol, agreed)
        : new Broken("the server uses extensions that were not offered so (RFC 6455 §9.1)");
  }

  /// The elements of a list field (RFC 9110 §5.6.1).
  private static Stream<String> elements(ResponseHead head, String field) {
    return head.headerFields(field).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(String::strip)
        .filter(element -> !element.isEmpty());
  }

  private static void add(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
}
