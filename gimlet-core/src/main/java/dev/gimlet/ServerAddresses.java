package dev.gimlet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/// The addresses at which a browser finds a server.
final class ServerAddresses {
  private static final String LOCAL = "://localhost:";

  private ServerAddresses() {}

  /// The local one first, if there is one.
  static List<String> of(String scheme, InetSocketAddress bound) {
    InetAddress address = bound.getAddress();
    List<String> origins = new ArrayList<>();
    if (address.isAnyLocalAddress() || address.isLoopbackAddress()) {
      origins.add(scheme + LOCAL + bound.getPort());
    } else {
      origins.add(origin(scheme, address, bound.getPort()));
    }
    if (address.isAnyLocalAddress()) {
      networkAddresses().forEach(other -> origins.add(origin(scheme, other, bound.getPort())));
    }
    return origins;
  }

  static boolean isLocal(String origin) {
    return origin.contains(LOCAL);
  }

  private static String origin(String scheme, InetAddress address, int port) {
    String host = address.getHostAddress();
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static List<InetAddress> networkAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .toList();
    } catch (SocketException unknown) {
      return List.of();
    }
  }
}
