package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.Compression;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/// What both sides agreed on for permessage-deflate (RFC 7692 §7.1). Immutable.
///
/// What the peer sends needs no agreement on window sizes: the inflater takes every size. Those the
/// peer asks for are kept by [MessageDeflater], also where the platform's deflater knows only one.
///
/// `serverWindowAsked` says that the offer named a window for the server; the answer then names it,
/// the full one too, as that is how a server accepts such an offer (RFC 7692 §7.1.2.1).
public record DeflateAgreement(
    boolean serverTakeover,
    boolean clientTakeover,
    int serverWindowBits,
    int clientWindowBits,
    boolean serverWindowAsked) {

  static final int MAX_WINDOW_BITS = 15;

  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_TAKEOVER = "server_no_context_takeover";
  private static final String CLIENT_NO_TAKEOVER = "client_no_context_takeover";
  private static final String SERVER_WINDOW = "server_max_window_bits";
  private static final String CLIENT_WINDOW = "client_max_window_bits";
  private static final Pattern WINDOW_BITS = Pattern.compile("[89]|1[0-5]");
  private static final int MAX_OFFERS = 16; // looked at; a peer may send hundreds

  /// Answers the first offer that can be kept; empty when there is none (RFC 7692 §5.1).
  ///
  /// `mayRemember` is asked, once, when otherwise context takeover would be agreed on.
  static Optional<DeflateAgreement> answer(
      List<String> offers, Compression compression, BooleanSupplier mayRemember) {
    return offers.stream()
        .limit(MAX_OFFERS)
        .flatMap(offer -> parameters(offer).stream())
        .findFirst()
        .map(parameters -> agree(parameters, compression, mayRemember));
  }

  /// An agreement as a client has it, whose [#offer] asks for no window of the server.
  public DeflateAgreement(
      boolean serverTakeover, boolean clientTakeover, int serverWindowBits, int clientWindowBits) {
    this(serverTakeover, clientTakeover, serverWindowBits, clientWindowBits, false);
  }

  /// What a client asks for; window sizes of the server are left to the server.
  static String offer(Compression compression) {
    return NAME
        + (compression.contextTakeover() ? "" : "; " + SERVER_NO_TAKEOVER)
        + (compression.contextTakeover() ? "" : "; " + CLIENT_NO_TAKEOVER)
        + "; "
        + CLIENT_WINDOW;
  }

  /// What a server made of [#offer]; empty when the client must fail (RFC 7692 §7.1).
  static Optional<DeflateAgreement> confirm(List<String> answer, Compression compression) {
    if (answer.size() != 1) {
      return Optional.empty();
    }
    return parameters(answer.getFirst())
        .filter(answered -> !"".equals(answered.get(CLIENT_WINDOW)))
        .filter(
            answered -> compression.contextTakeover() || answered.containsKey(SERVER_NO_TAKEOVER))
        .map(answered ->
            new DeflateAgreement(
                !answered.containsKey(SERVER_NO_TAKEOVER),
                compression.contextTakeover() && !answered.containsKey(CLIENT_NO_TAKEOVER),
                windowBits(answered, SERVER_WINDOW),
                windowBits(answered, CLIENT_WINDOW)));
  }

  /// Whether messages of that side may refer to those before them.
  public boolean takeover(Side sender) {
    return sender == Side.SERVER ? serverTakeover : clientTakeover;
  }

  /// How far messages of that side may refer back, as a power of two.
  public int windowBits(Side sender) {
    return sender == Side.SERVER ? serverWindowBits : clientWindowBits;
  }

  /// The element of `Sec-WebSocket-Extensions` that says so.
  String toHeaderField() {
    return NAME
        + (serverTakeover ? "" : "; " + SERVER_NO_TAKEOVER)
        + (clientTakeover ? "" : "; " + CLIENT_NO_TAKEOVER)
        + (serverWindowAsked ? "; " + SERVER_WINDOW + "=" + serverWindowBits : "");
  }

  private static DeflateAgreement agree(
      Map<String, String> offered, Compression compression, BooleanSupplier mayRemember) {
    boolean server = !offered.containsKey(SERVER_NO_TAKEOVER);
    boolean client = !offered.containsKey(CLIENT_NO_TAKEOVER);
    boolean takeover =
        compression.contextTakeover() && (server || client) && mayRemember.getAsBoolean();
    return new DeflateAgreement(
        takeover && server,
        takeover && client,
        windowBits(offered, SERVER_WINDOW),
        MAX_WINDOW_BITS,
        offered.containsKey(SERVER_WINDOW));
  }

  private static int windowBits(Map<String, String> parameters, String name) {
    return Integer.parseInt(parameters.getOrDefault(name, "" + MAX_WINDOW_BITS));
  }

  /// The parameters of an offer; empty when it is another extension's or breaks a rule.
  private static Optional<Map<String, String>> parameters(String offer) {
    String[] parts = offer.split(";", -1);
    if (!parts[0].strip().equalsIgnoreCase(NAME)) {
      return Optional.empty();
    }
    Map<String, String> parameters = new TreeMap<>();
    boolean legal =
        Arrays.stream(parts, 1, parts.length).allMatch(part -> take(part.strip(), parameters));
    return legal ? Optional.of(parameters) : Optional.empty();
  }

  /// Takes one parameter; false when it is unknown, repeated or has a wrong value.
  private static boolean take(String parameter, Map<String, String> parameters) {
    int equals = parameter.indexOf('=');
    String name = (equals < 0 ? parameter : parameter.substring(0, equals)).strip();
    String value = equals < 0 ? "" : unquoted(parameter.substring(equals + 1).strip());
    boolean legal =
        switch (name) {
          case SERVER_NO_TAKEOVER, CLIENT_NO_TAKEOVER -> equals < 0;
          case SERVER_WINDOW -> WINDOW_BITS.matcher(value).matches();
          case CLIENT_WINDOW -> equals < 0 || WINDOW_BITS.matcher(value).matches();
          default -> false;
        };
    return legal && parameters.put(name, value) == null;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
