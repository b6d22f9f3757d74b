package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// Handshakes in memory, to see which certificate a server shows.
final class TlsHandshakes {
  private TlsHandshakes() {}

  /// The certificate that a new connection gets; the first client that trusts it tells.
  static X509Certificate servedBy(TlsContext context, SSLContext... clients) {
    for (SSLContext client : clients) {
      try {
        return shake(context, client);
      } catch (SSLException distrusted) {
        // the next one may
      }
    }
    throw new AssertionError("no client trusts the certificate");
  }

  private static X509Certificate shake(TlsContext context, SSLContext trusting)
      throws SSLException {
    EmbeddedChannel server = new EmbeddedChannel();
    server.pipeline().addLast(context.newHandler(server));
    SSLEngine engine = trusting.createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    SslHandler handler = new SslHandler(engine);
    EmbeddedChannel client = new EmbeddedChannel(handler);
    try {
      while (!handler.handshakeFuture().isDone()) {
        pass(client, server);
        pass(server, client);
      }
      if (handler.handshakeFuture().cause() instanceof SSLException refused) {
        throw refused;
      }
      return (X509Certificate) engine.getSession().getPeerCertificates()[0];
    } finally {
      client.releaseOutbound();
      client.close();
      client.releaseOutbound();
      server.close();
      server.releaseOutbound();
    }
  }

  private static void pass(EmbeddedChannel from, EmbeddedChannel to) {
    for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
      try {
        to.writeInbound(bytes);
      } catch (RuntimeException refused) {
        return; // the handshake's future tells
      }
    }
  }
}
