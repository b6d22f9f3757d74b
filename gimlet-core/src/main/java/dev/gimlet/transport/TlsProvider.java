package dev.gimlet.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.util.Locale;

/// Whose code does TLS.
public enum TlsProvider {
  /// The JDK: always there.
  JDK(SslProvider.JDK),
  /// BoringSSL, when `netty-tcnative-boringssl-static` is on the class path: faster.
  BORINGSSL(SslProvider.OPENSSL_REFCNT);

  private static final String PROPERTY = "gimlet.tls.provider";

  private final SslProvider netty;

  TlsProvider(SslProvider netty) {
    this.netty = netty;
  }

  /// BoringSSL when it is there, unless the system property `gimlet.tls.provider` says `jdk`.
  public static TlsProvider best() {
    String wanted = System.getProperty(PROPERTY, "").toLowerCase(Locale.ROOT);
    return !wanted.equals("jdk") && OpenSsl.isAvailable() ? BORINGSSL : JDK;
  }

  SslProvider netty() {
    return netty;
  }

  /// A handler for one accepted connection.
  SslHandler newHandler(SslContext context, ByteBufAllocator allocator) {
    return switch (this) {
      case JDK -> new JdkTlsHandler(context.newEngine(allocator));
      case BORINGSSL -> context.newHandler(allocator); // refuses by itself what that one refuses
    };
  }

  /// A handler for one connection to a host.
  SslHandler newHandler(SslContext context, ByteBufAllocator allocator, String host, int port) {
    return switch (this) {
      case JDK -> new JdkTlsHandler(context.newEngine(allocator, host, port));
      case BORINGSSL -> context.newHandler(allocator, host, port);
    };
  }
}
