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
/// Window sizes of the peer need no agreement: the inflater takes every size. Those the peer asks
/// of the server are kept by [MessageDeflater], also where the platform's deflater knows only one.
public record DeflateAgreement(
    boolean serverTakeover, boolean clientTakeover, int serverWindowBits) {

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

  /// Whether the server may refer to 32 KiB, as far as the format can.
  public boolean hasFullServerWindow() {
    return serverWindowBits == MAX_WINDOW_BITS;
  }

  /// The element of `Sec-WebSocket-Extensions` that says so.
  String toHeaderField() {
    return NAME
        + (serverTakeover ? "" : "; " + SERVER_NO_TAKEOVER)
        + (clientTakeover ? "" : "; " + CLIENT_NO_TAKEOVER)
        + (serverWindowBits == MAX_WINDOW_BITS
            ? ""
            : "; " + SERVER_WINDOW + "=" + serverWindowBits);
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
        Integer.parseInt(offered.getOrDefault(SERVER_WINDOW, "" + MAX_WINDOW_BITS)));
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
