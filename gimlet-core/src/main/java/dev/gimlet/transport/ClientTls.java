package dev.gimlet.transport;

import dev.gimlet.websocket.GimletException;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// Which servers a client trusts: those of the JDK's trust store, or of a file's certificates.
///
/// The name in the certificate must be the host that is dialled. Immutable; to be closed last.
public final class ClientTls implements AutoCloseable {

  /// A close says goodbye when the socket takes it; it waits this long if it does not.
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final TlsProvider provider;
  private final SslContext context;

  private ClientTls(TlsProvider provider, SslContext context) {
    this.provider = provider;
    this.context = context;
  }

  /// Trusts what the JDK trusts or, given a PEM file, its certificates and nothing else.
  ///
  /// @throws GimletException when the file cannot be used; the message says what to do
  public static ClientTls trusting(Optional<Path> certificates) {
    return trusting(certificates, TlsProvider.best());
  }

  static ClientTls trusting(Optional<Path> certificates, TlsProvider provider) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(provider.netty())
            .protocols("TLSv1.3", "TLSv1.2")
            .endpointIdentificationAlgorithm("HTTPS");
    try {
      certificates.ifPresent(file -> builder.trustManager(TlsIdentity.chain(PemFile.read(file))));
      return new ClientTls(provider, builder.build());
    } catch (SSLException | IllegalArgumentException refused) {
      throw new GimletException("TLS is not possible: " + refused.getMessage(), refused);
    }
  }

  /// A handler for one connection to a host; its deadline is that of the whole opening handshake.
  public SslHandler newHandler(Channel channel, String host, int port) {
    SslHandler handler = provider.newHandler(context, channel.alloc(), host, port);
    handler.setHandshakeTimeoutMillis(0);
    handler.setCloseNotifyFlushTimeout(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  @Override
  public void close() {
    ReferenceCountUtil.release(context);
  }
}
