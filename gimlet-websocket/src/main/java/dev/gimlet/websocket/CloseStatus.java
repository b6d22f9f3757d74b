package dev.gimlet.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Why a connection ended: a close code and a close reason (RFC 6455 §7.1.5, §7.1.6).
///
/// The code is 1000 to 4999. 1005 (no code was given), 1006 (the peer vanished without a closing
/// handshake) and 1015 (TLS) are only ever reported, never sent. A reason longer than
/// [#MAX_REASON_BYTES] is cut at the border of a character.
public record CloseStatus(int code, String reason) {

  /// The longest close reason in bytes of UTF-8: a control frame of 125 bytes less the code.
  public static final int MAX_REASON_BYTES = 123;

  /// 1000: the purpose of the connection is fulfilled.
  public static final CloseStatus NORMAL_CLOSURE = new CloseStatus(1000, "");

  /// 1001: the server is going down or the browser leaves the page; coming back is welcome.
  public static final CloseStatus GOING_AWAY = new CloseStatus(1001, "");

  /// 1002: a rule of the protocol was broken.
  public static final int PROTOCOL_ERROR = 1002;

  /// 1003: this endpoint does not take that kind of message.
  public static final int UNSUPPORTED_DATA = 1003;

  /// 1005: the peer closed without a code; never sent.
  public static final int NO_STATUS_RECEIVED = 1005;

  /// 1006: the connection broke without a closing handshake; never sent.
  public static final int ABNORMAL_CLOSURE = 1006;

  /// 1007: text that is not UTF-8.
  public static final int INVALID_PAYLOAD_DATA = 1007;

  /// 1008: a policy of this server was broken.
  public static final int POLICY_VIOLATION = 1008;

  /// 1009: the message is larger than the limit.
  public static final int MESSAGE_TOO_BIG = 1009;

  /// 1011: a fault inside the server.
  public static final int INTERNAL_ERROR = 1011;

  /// 1013: the server cannot take the connection now.
  public static final int TRY_AGAIN_LATER = 1013;

  /// 1015: the TLS handshake failed; never sent.
  public static final int TLS_HANDSHAKE = 1015;

  /// Cuts the reason where a close frame ends.
  public CloseStatus {
    reason = cut(reason);
  }

  /// A status that may be sent.
  ///
  /// @throws IllegalArgumentException when the code may not be sent (see [#isSendable(int)])
  public static CloseStatus of(int code, String reason) {
    if (!isSendable(code)) {
      throw new IllegalArgumentException(
          "close code "
              + code
              + " may not be sent: use 1000, 1001, 1003, 1007 to 1014"
              + " or your own from 3000 to 4999 (RFC 6455 §7.4)");
    }
    return new CloseStatus(code, reason);
  }

  /// Whether a close frame may carry this code (RFC 6455 §7.4.1 and the IANA registry).
  public static boolean isSendable(int code) {
    boolean registered = code >= 1000 && code <= 1014;
    boolean reserved = code == 1004 || code == NO_STATUS_RECEIVED || code == ABNORMAL_CLOSURE;
    return (registered && !reserved) || (code >= 3000 && code <= 4999);
  }

  private static String cut(String reason) {
    if (reason.getBytes(UTF_8).length <= MAX_REASON_BYTES) {
      return reason;
    }
    var cut = new StringBuilder();
    int bytes = 0;
    for (int codePoint : reason.codePoints().toArray()) {
      bytes += Character.toString(codePoint).getBytes(UTF_8).length;
      if (bytes > MAX_REASON_BYTES) {
        break;
      }
      cut.appendCodePoint(codePoint);
    }
    return cut.toString();
  }
}
