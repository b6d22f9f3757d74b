package dev.gimlet.server;

import dev.gimlet.http.Context;
import dev.gimlet.http.Handler;
import dev.gimlet.http.HttpException;
import dev.gimlet.http.Middleware;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Refuses requests for hosts that are not this server's.
///
/// Strangers can let names of theirs point to it (DNS rebinding), and for a browser the pages of
/// such a name are then the server's own. Immutable.
final class HostCheck implements Middleware {

  /// Every host is served.
  static final HostCheck NONE = new HostCheck(List.of());

  private final Set<String> hosts; // in lower case

  /// Serves these hosts alone, written as in a Host field without a port; all when there are none.
  HostCheck(List<String> hosts) {
    this.hosts = hosts.stream().map(HostCheck::lowerCase).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void handle(Context context, Handler next) throws Exception {
    String host = withoutPort(context.headerField("Host").orElse(""));
    if (!hosts.isEmpty() && !hosts.contains(lowerCase(host))) {
      throw new HttpException(421, fault(host)); // RFC 9110 §15.5.20
    }
    next.handle(context);
  }

  private static String fault(String host) {
    return host.isEmpty()
        ? "the request names no host: send a Host"
        : "this server does not serve the host %s: to do so it is started with --allow-host %s"
            .formatted(host, host);
  }

  private static String lowerCase(String host) {
    return host.toLowerCase(Locale.ROOT);
  }

  /// The colons of an IPv6 address stand in brackets.
  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
