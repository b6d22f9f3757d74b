package dev.gimlet.conformance.strangers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a client asks of permessage-deflate: its four parameters (RFC 7692 §7.1). Immutable.
///
/// A window that is [#ABSENT] is not asked for; one that is [#BARE] comes without a number.
record Offer(boolean serverForgets, boolean clientForgets, String serverBits, String clientBits) {

  static final String ABSENT = "absent";
  static final String BARE = "bare";

  private static final List<Boolean> BOTH = List.of(false, true);

  /// Every combination of the four with these windows.
  static Stream<Offer> all(List<String> serverWindows, List<String> clientWindows) {
    List<Offer> offers = new ArrayList<>();
    for (boolean serverForgets : BOTH) {
      for (boolean clientForgets : BOTH) {
        for (String serverBits : serverWindows) {
          for (String clientBits : clientWindows) {
            offers.add(new Offer(serverForgets, clientForgets, serverBits, clientBits));
          }
        }
      }
    }
    return offers.stream();
  }

  /// The element of `Sec-WebSocket-Extensions` that says so.
  String toHeaderField() {
    return "permessage-deflate"
        + (serverForgets ? "; server_no_context_takeover" : "")
        + (clientForgets ? "; client_no_context_takeover" : "")
        + window("server_max_window_bits", serverBits)
        + window("client_max_window_bits", clientBits);
  }

  /// What the server has to answer there: every window is granted, none is asked of the client.
  String answer(boolean takeover) {
    boolean full = serverBits.equals(ABSENT) || serverBits.equals("15");
    return "permessage-deflate"
        + (serverForgets || !takeover ? "; server_no_context_takeover" : "")
        + (clientForgets || !takeover ? "; client_no_context_takeover" : "")
        + (full ? "" : window("server_max_window_bits", serverBits));
  }

  private static String window(String name, String bits) {
    return switch (bits) {
      case ABSENT -> "";
      case BARE -> "; " + name;
      default -> "; " + name + "=" + bits;
    };
  }
}
