package dev.gimlet.server.load;

import dev.gimlet.transport.ClientTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/// TLS as `gimlet-client` has it: the certificate must be trusted, and be for this host. Immutable.
public record CheckedTls(ClientTls tls, String host, int port) implements Target.Tls {

  @Override
  public ChannelHandler newHandler(Channel channel) {
    return tls.newHandler(channel, host, port);
  }

  @Override
  public void close() {
    tls.close();
  }
}
