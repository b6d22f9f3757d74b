package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gimlet.websocket.Origin;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;
import dev.gimlet.websocket.codec.HandshakeResult.Refused;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The opening handshake as a server judges it (RFC 6455 §4.2).
public final class Handshake {

  /// What the handshake needs to know of a request.
  public interface Request {

    /// The method, such as `GET`.
    String method();

    /// Whether the request came with HTTP/1.1 rather than 1.0.
    boolean http11();

    /// Whether the request announces a body.
    boolean hasBody();

    /// Whether the client is known to have asked over TLS. If not, the scheme is unknown: a proxy
    /// may have ended TLS.
    default boolean secure() {
      return false;
    }

    /// All header fields of that name, in order; names are not case-sensitive.
    List<String> headerFields(String name);

    /// What the client asked for, host and port; asked only when there is one `Host`. A proxy may
    /// have put another `Host` in its place.
    default String host() {
      return headerFields("Host").getFirst();
    }
  }

  // Nobody's page sent it, or one of this very origin (Fetch Metadata, section 2.3).
  private static final Set<String> OWN_SITES = Set.of("none", "same-origin");

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{21}[AQgw]==");
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Map<String, String> WANTED =
      Map.of("Upgrade", "websocket", "Sec-WebSocket-Version", "13");

  private Handshake() {}

  /// Judges a request.
  public static HandshakeResult accept(Request request, WebSocketOptions options) {
    return accept(request, options, () -> true);
  }

  /// Judges a request. `mayRemember` is asked, once, whether context takeover can be afforded, and
  /// only if it would be agreed on; if not, messages are compressed one by one.
  public static HandshakeResult accept(
      Request request, WebSocketOptions options, BooleanSupplier mayRemember) {
    return check(request, options)
        .<HandshakeResult>map(refused -> refused)
        .orElseGet(() -> accepted(request, options, mayRemember));
  }

  /// The value of `Sec-WebSocket-Accept` that answers a key (RFC 6455 §4.2.2).
  public static String acceptKey(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-1", impossible);
    }
  }

  private static Optional<Refused> check(Request request, WebSocketOptions options) {
    return checkUpgrade(request)
        .or(() -> checkVersion(request))
        .or(() -> checkBody(request))
        .or(() -> checkShape(request))
        .or(() -> checkKey(request))
        .or(() -> checkSubprotocols(request))
        .or(() -> checkOrigin(request, options));
  }

  private static Optional<Refused> checkUpgrade(Request request) {
    if (!request.http11() || !request.method().equals("GET")) {
      return refused(426, "a WebSocket opens with GET and HTTP/1.1", WANTED);
    }
    if (!hasToken(request, "Upgrade", "websocket")) {
      return refused(
          426,
          "this address is a WebSocket: connect with ws:// or wss://, or send"
              + " Upgrade: websocket",
          WANTED);
    }
    return hasToken(request, "Connection", "Upgrade")
        ? Optional.empty()
        : refused(
            426, "the request needs Connection: Upgrade; a proxy may have removed it", WANTED);
  }

  private static Optional<Refused> checkVersion(Request request) {
    return request.headerFields("Sec-WebSocket-Version").equals(List.of("13"))
        ? Optional.empty()
        : refused(426, "the WebSocket version must be 13, sent once", WANTED);
  }

  private static Optional<Refused> checkBody(Request request) {
    return request.hasBody() ? refused(400, "an opening handshake has no body") : Optional.empty();
  }

  private static Optional<Refused> checkShape(Request request) {
    if (request.headerFields("Origin").size() > 1) {
      return refused(400, "the request has more than one Origin");
    }
    return request.headerFields("Host").size() == 1
        ? Optional.empty()
        : refused(400, "the request must have one Host");
  }

  private static Optional<Refused> checkKey(Request request) {
    List<String> keys = request.headerFields("Sec-WebSocket-Key");
    return keys.size() == 1 && KEY.matcher(keys.getFirst()).matches()
        ? Optional.empty()
        : refused(400, "Sec-WebSocket-Key must be 16 bytes in base64, sent once");
  }

  private static Optional<Refused> checkSubprotocols(Request request) {
    List<String> offered = subprotocols(request);
    boolean fine =
        offered.stream().allMatch(name -> TOKEN.matcher(name).matches())
            && offered.size() == offered.stream().distinct().count();
    return fine
        ? Optional.empty()
        : refused(400, "Sec-WebSocket-Protocol must be a list of different tokens");
  }

  private static Optional<Refused> checkOrigin(Request request, WebSocketOptions options) {
    List<String> fields = request.headerFields("Origin");
    if (fields.isEmpty() || options.anyOriginAllowed()) {
      return Optional.empty(); // no browser sent this: only browsers are bound by origins
    }
    String origin = fields.getFirst();
    return isAdmitted(origin, request, options)
        ? Optional.empty()
        : refused(403, wrongOrigin(origin, "open WebSockets of", server(request)));
  }

  private static boolean isAdmitted(String origin, Request request, WebSocketOptions options) {
    return Origin.parse(origin).filter(parsed -> isOwn(parsed, request)).isPresent()
        || options.allowedOrigins().stream().anyMatch(allowed -> allowed.admits(origin));
  }

  /// Why a request that is no opening handshake may not be answered: a page of an origin sent it
  /// that may not open WebSockets either. Empty when it may be.
  ///
  /// Browsers leave out the `Origin` of some requests; then `Sec-Fetch-Site` says that it was a
  /// page of another site.
  public static Optional<Refused> checkPage(Request request, WebSocketOptions options) {
    if (options.anyOriginAllowed()) {
      return Optional.empty();
    }
    if (request.headerFields("Origin").isEmpty()) {
      return request.headerFields("Sec-Fetch-Site").stream().allMatch(OWN_SITES::contains)
          ? Optional.empty()
          : refused(403, "pages of other sites may not use this address");
    }
    return checkShape(request)
        .or(() -> {
          String origin = request.headerFields("Origin").getFirst();
          return isAdmitted(origin, request, options)
              ? Optional.empty()
              : refused(403, wrongOrigin(origin, "use", server(request)));
        });
  }

  private static boolean isOwn(Origin origin, Request request) {
    boolean sameScheme = !request.secure() || origin.scheme().equals("https");
    return sameScheme && origin.sameAs(request.host());
  }

  private static String server(Request request) {
    return (request.secure() ? "https://" : "") + request.host();
  }

  private static String wrongOrigin(String origin, String act, String host) {
    return Origin.parse(origin)
        .map(_ ->
            "pages of "
                + origin
                + " may not "
                + act
                + " "
                + host
                + ": load the page from "
                + host
                + ", or admit it with allowOrigins(\""
                + origin
                + "\"), in gimlet serve with --allow-origin "
                + origin)
        .orElse("the Origin of the request is not an origin this server can admit");
  }

  private static Accepted accepted(
      Request request, WebSocketOptions options, BooleanSupplier mayRemember) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Upgrade", "websocket");
    fields.put("Connection", "Upgrade");
    fields.put(
        "Sec-WebSocket-Accept", acceptKey(request.headerFields("Sec-WebSocket-Key").getFirst()));
    List<String> offered = subprotocols(request);
    Optional<String> chosen = options.subprotocols().stream().filter(offered::contains).findFirst();
    chosen.ifPresent(name -> fields.put("Sec-WebSocket-Protocol", name));
    Optional<DeflateAgreement> deflate =
        options
            .compression()
            .flatMap(how -> DeflateAgreement.answer(extensions(request), how, mayRemember))
            .filter(agreed -> agreed.clientTakeover() || keepsNoTakeover(request));
    deflate.ifPresent(agreed -> fields.put("Sec-WebSocket-Extensions", agreed.toHeaderField()));
    return new Accepted(fields, chosen, deflate);
  }

  /// Jetty's client agrees to `client_no_context_takeover` and does not keep it: its second message
  /// could not be read (RFC 7692 §7.1.1.2). Without compression it can be served.
  private static boolean keepsNoTakeover(Request request) {
    return request.headerFields("User-Agent").stream()
        .noneMatch(agent -> agent.startsWith("Jetty/"));
  }

  private static List<String> subprotocols(Request request) {
    return elements(request, "Sec-WebSocket-Protocol").toList();
  }

  private static List<String> extensions(Request request) {
    return elements(request, "Sec-WebSocket-Extensions").toList();
  }

  private static boolean hasToken(Request request, String field, String token) {
    return elements(request, field)
        .filter(element -> TOKEN.matcher(element).matches()) // only ASCII letters have two cases
        .anyMatch(token::equalsIgnoreCase);
  }

  /// The elements of a list field (RFC 9110 §5.6.1).
  private static Stream<String> elements(Request request, String field) {
    return request.headerFields(field).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(String::strip)
        .filter(element -> !element.isEmpty());
  }

  private static Optional<Refused> refused(int status, String reason) {
    return refused(status, reason, Map.of());
  }

  private static Optional<Refused> refused(int status, String reason, Map<String, String> fields) {
    return Optional.of(new Refused(status, reason, fields));
  }
}
