package dev.gimlet.entrance;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Who sends requests, as far as it can be believed. Immutable.
///
/// `secure` when the client itself speaks TLS, to this server or to a trusted proxy; `proxied` when
/// a trusted proxy speaks for it; `host` is what the client asked the proxy for, null when that is
/// not known.
public record Client(
    InetSocketAddress address, boolean secure, boolean proxied, @Nullable String host) {
  /// One that is connected to this server itself.
  public static Client direct(InetSocketAddress address, boolean secure) {
    return new Client(address, secure, false, null);
  }

  /// The same, with TLS.
  public Client overTls() {
    return new Client(address, true, proxied, host);
  }

  /// The same, known to be a proxy.
  public Client asProxy() {
    return new Client(address, secure, true, null);
  }
}
