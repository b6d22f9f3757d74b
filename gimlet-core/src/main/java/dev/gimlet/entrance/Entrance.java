package dev.gimlet.entrance;

import dev.gimlet.http.ConnectionLimits;
import java.util.List;
import java.util.OptionalInt;

/// Who may connect to a server, who speaks for others, and who is there. Thread-safe: its parts
/// are.
public final class Entrance {
  private final TrustedProxies proxies;
  private final boolean proxyProtocol;
  private final ConnectionLimits limits;
  private final Admission admission;
  private final ConnectionTable connections;

  private Entrance(
      TrustedProxies proxies,
      boolean proxyProtocol,
      ConnectionLimits limits,
      Admission admission,
      ConnectionTable connections) {
    this.proxies = proxies;
    this.proxyProtocol = proxyProtocol;
    this.limits = limits;
    this.admission = admission;
    this.connections = connections;
  }

  /// The entrance of a server; `usualTotal` is the limit in all where none was chosen.
  public static Entrance of(
      List<String> trustedProxies,
      boolean proxyProtocol,
      ConnectionLimits limits,
      int usualTotal,
      ConnectionTable connections) {
    return new Entrance(
        new TrustedProxies(trustedProxies.stream().map(AddressRange::parse).toList()),
        proxyProtocol,
        limits,
        new Admission(limits, limits.total().orElse(usualTotal), System::nanoTime),
        connections);
  }

  /// Who is believed when it speaks for others.
  public TrustedProxies proxies() {
    return proxies;
  }

  /// Whether every connection begins with a header of the PROXY protocol.
  public boolean proxyProtocol() {
    return proxyProtocol;
  }

  /// What counts connections, and refuses those that are too many.
  public Admission admission() {
    return admission;
  }

  /// The WebSockets that are open.
  public ConnectionTable connections() {
    return connections;
  }

  /// The most connections of a user before the oldest makes room; empty when it does not.
  public OptionalInt roomOfUser() {
    return limits.replacesOldest() ? limits.perUser() : OptionalInt.empty();
  }
}
