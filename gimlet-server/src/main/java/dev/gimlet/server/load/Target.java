package dev.gimlet.server.load;

import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HeaderField;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// Where connections go, and what their opening handshake says. Immutable.
///
/// The first of the addresses that answers is taken for all. `authority` and `path` are what the
/// request says. A raw target gets no handshake.
public record Target(
    List<InetAddress> addresses,
    int port,
    String authority,
    String path,
    List<HeaderField> fields,
    WebSocketOptions options,
    Optional<Tls> tls,
    boolean isRaw,
    Source source) {

  /// Encrypts connections; closed by the [Clients] that used it.
  public interface Tls extends AutoCloseable {

    /// The first handler of a connection.
    ChannelHandler newHandler(Channel channel);

    @Override
    default void close() {}
  }

  /// Which addresses connections come from.
  public enum Source {
    /// The operating system chooses.
    ANY,
    /// One out of 127.0.0.0/8 for each hundred: no server sees a crowd behind one address.
    MANY_LOOPBACK
  }

  InetSocketAddress address(int which) {
    return new InetSocketAddress(addresses.get(which), port);
  }
}
