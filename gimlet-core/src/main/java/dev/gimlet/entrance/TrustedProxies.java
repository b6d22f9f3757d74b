package dev.gimlet.entrance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The proxies that are believed when they tell who their clients are. Immutable.
///
/// Each proxy adds the one it was asked by at the right end of a list. The list is walked from
/// there to the first that is no trusted proxy: what is left of it, a client may have made up.
public final class TrustedProxies {
  private static final String FORWARDED = "Forwarded"; // RFC 7239
  private static final String FOR = "X-Forwarded-For";
  private static final String PROTO = "X-Forwarded-Proto";
  private static final String HOST = "X-Forwarded-Host";

  private final List<AddressRange> ranges;

  TrustedProxies(List<AddressRange> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /// Whether a peer is one of them.
  public boolean trusts(InetSocketAddress peer) {
    InetAddress address = peer.getAddress(); // null when the peer is not known
    return address != null && ranges.stream().anyMatch(range -> range.contains(address));
  }

  /// The client whose request a peer sends; the peer itself unless it is a proxy, and where its
  /// words make no sense.
  ///
  /// `fields` gives all header fields of a name.
  public Client clientOf(Client peer, Function<String, List<String>> fields) {
    if (ranges.isEmpty() || !trusts(peer.address())) {
      return peer;
    }
    Optional<Client> standard = forwarded(peer, fields);
    Optional<Client> common = xForwarded(peer, fields);
    if (standard.isPresent() && common.isPresent() && !agree(standard.get(), common.get())) {
      return peer.asProxy(); // the proxy wrote one of them, and the client perhaps the other
    }
    return standard.or(() -> common).orElseGet(peer::asProxy);
  }

  /// A client knows its own address: with that alone it could make up the rest.
  private static boolean agree(Client one, Client other) {
    return one.address().getAddress().equals(other.address().getAddress())
        && one.secure() == other.secure()
        && (one.host() == null || other.host() == null || one.host().equals(other.host()));
  }

  private Optional<Client> forwarded(Client peer, Function<String, List<String>> fields) {
    List<String> told = fields.apply(FORWARDED);
    return told.isEmpty()
        ? Optional.empty()
        : Optional.of(walk(peer, ForwardedHop.ofForwarded(told)));
  }

  private Optional<Client> xForwarded(Client peer, Function<String, List<String>> fields) {
    List<String> nodes = fields.apply(FOR);
    List<String> protos = fields.apply(PROTO);
    List<String> hosts = fields.apply(HOST);
    if (nodes.isEmpty() && protos.isEmpty() && hosts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(walk(peer, ForwardedHop.ofXForwarded(nodes, protos, hosts)));
  }

  private Client walk(Client peer, List<ForwardedHop> hops) {
    Client nearest = peer.asProxy();
    for (ForwardedHop hop : hops) {
      switch (ForwardedNode.parse(hop.node())) {
        case ForwardedNode.Malformed _ -> {
          return peer.asProxy();
        }
        case ForwardedNode.Hidden _ -> {
          return told(peer, nearest.address(), hop);
        }
        case ForwardedNode.Known(InetSocketAddress address) -> {
          nearest = told(peer, address, hop);
          if (!trusts(address)) {
            return nearest;
          }
        }
      }
    }
    return nearest;
  }

  private static Client told(Client peer, InetSocketAddress address, ForwardedHop hop) {
    String host = hop.host();
    return new Client(
        address,
        isSecure(hop.proto(), peer.secure()),
        true,
        host != null && HostField.isWellFormed(host) ? host : null);
  }

  /// Some proxies name the scheme of a WebSocket.
  private static boolean isSecure(@Nullable String proto, boolean otherwise) {
    return switch (proto == null ? "" : proto.toLowerCase(Locale.ROOT)) {
      case "https", "wss" -> true;
      case "http", "ws" -> false;
      default -> otherwise;
    };
  }
}
