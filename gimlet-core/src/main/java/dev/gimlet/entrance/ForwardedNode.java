package dev.gimlet.entrance;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whom a proxy was asked by, in `Forwarded` (RFC 7239 §6) and `X-Forwarded-For`.
sealed interface ForwardedNode {
  /// An address, with port 0 where none is told.
  record Known(InetSocketAddress address) implements ForwardedNode {}

  /// The proxy does not know, or does not tell.
  record Hidden() implements ForwardedNode {}

  /// It is none of these.
  record Malformed() implements ForwardedNode {}

  /// `address`, `address:port`, `[IPv6]`, `[IPv6]:port`, and IPv6 without brackets.
  Pattern NODE =
      Pattern.compile(
          "(?:\\[(?<bracketed>[^\\[\\]]*)]|(?<plain>[^:]*))(?::(?<port>[0-9]{1,5}|_[0-9A-Za-z._-]+))?");

  /// `unknown` and names that only the proxy understands.
  Pattern HIDDEN =
      Pattern.compile("(?i:unknown|_[0-9a-z._-]+)(?::(?:[0-9]{1,5}|_[0-9A-Za-z._-]+))?");

  /// Reads what was written.
  static ForwardedNode parse(@Nullable String text) {
    if (text == null || HIDDEN.matcher(text).matches()) {
      return new Hidden();
    }
    return IpLiteral.parse(text)
        .map(address -> new InetSocketAddress(address, 0))
        .or(() -> withPort(text))
        .<ForwardedNode>map(Known::new)
        .orElseGet(Malformed::new);
  }

  private static Optional<InetSocketAddress> withPort(String text) {
    Matcher matcher = NODE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String bracketed = matcher.group("bracketed");
    String literal = bracketed == null ? matcher.group("plain") : bracketed;
    if ((bracketed != null) != literal.contains(":")) {
      return Optional.empty(); // brackets are for IPv6
    }
    String port = matcher.group("port");
    int number = port == null || port.startsWith("_") ? 0 : Integer.parseInt(port);
    return number > 0xFFFF
        ? Optional.empty()
        : IpLiteral.parse(literal).map(address -> new InetSocketAddress(address, number));
  }
}
