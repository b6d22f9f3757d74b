package dev.gimlet.websocket;

/// The peer broke a rule of the protocol or a limit; carries the close code that answers it.
public final class ProtocolException extends GimletException {

  private static final long serialVersionUID = 1L;

  private final int closeCode;
  private final String rule;

  /// A fault that is answered with this close code; the text names the rule.
  public ProtocolException(int closeCode, String rule) {
    super(rule);
    this.closeCode = closeCode;
    this.rule = rule;
  }

  /// The status of the close frame that answers the fault, such as 1002 or 1009 (RFC 6455 §7.4).
  public CloseStatus closeStatus() {
    return CloseStatus.of(closeCode, rule);
  }

  /// None: a peer must not be able to make the server walk its stack for each bad frame.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
