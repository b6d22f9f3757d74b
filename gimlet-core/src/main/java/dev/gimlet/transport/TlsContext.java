package dev.gimlet.transport;

import dev.gimlet.http.TlsFiles;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.GimletException;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// TLS 1.3 and 1.2 with the certificate of two files, which may change while the server runs.
///
/// Thread-safe: one lock, this object, over the Netty context in use. What is known of the files
/// belongs to the one thread that looks at them.
final class TlsContext implements AutoCloseable {
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /// Forward secrecy and authenticated encryption, nothing else.
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /// A close says goodbye when the socket takes it; it waits this long if it does not.
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  /// The two files as they were read. Immutable.
  private record Contents(PemFile certificate, PemFile key) {
    static Contents read(TlsFiles files) {
      return new Contents(PemFile.read(files.certificate()), PemFile.read(files.key()));
    }

    TlsIdentity identity() {
      return TlsIdentity.of(certificate, key);
    }

    boolean isSameAs(Contents other) {
      return certificate.hasSameContentAs(other.certificate) && key.hasSameContentAs(other.key);
    }
  }

  private final TlsFiles files;
  private final TlsProvider provider;
  private final Duration handshakeTimeout;
  private final ServerEvents events;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Contents used;
  private String problem = ""; // with the files as they were last seen
  private boolean reported = true; // of that problem
  private SslContext context; // guarded by this
  private boolean released; // guarded by this: the context in use has been given back

  /// Reads the files.
  ///
  /// @throws GimletException when they cannot be used; the message says what to do
  TlsContext(TlsFiles files, TlsProvider provider, Duration handshakeTimeout, ServerEvents events) {
    this.files = files;
    this.provider = provider;
    this.handshakeTimeout = handshakeTimeout;
    this.events = events;
    used = Contents.read(files);
    TlsIdentity identity = used.identity();
    context = build(identity);
    events.certificateLoaded(files.certificate(), identity.expiry());
  }

  /// Looks at the files every second until this is closed.
  void watch() {
    Thread _ = Thread.ofVirtual().name("gimlet-tls-files").start(this::lookUntilClosed);
  }

  private void lookUntilClosed() {
    try {
      while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Uses what has changed in the files; called by one thread at a time.
  ///
  /// Two files are not replaced in one step: a problem is reported when it is still there at the
  /// next look, and then once.
  void look() {
    String found = useIfChanged();
    if (!found.equals(problem)) {
      problem = found;
      reported = found.isEmpty();
    } else if (!reported) {
      reported = true;
      events.certificateUnusable(files.certificate(), found);
    }
  }

  /// Returns what is wrong with the files; empty when nothing is.
  private String useIfChanged() {
    try {
      Contents found = Contents.read(files);
      if (!found.isSameAs(used)) {
        TlsIdentity identity = found.identity();
        if (replace(build(identity))) {
          used = found;
          events.certificateLoaded(files.certificate(), identity.expiry());
        }
      }
      return "";
    } catch (GimletException unusable) {
      return String.valueOf(unusable.getMessage());
    } catch (RuntimeException unexpected) { // the next look may find something else
      return "the TLS certificate " + files.certificate() + " cannot be used: " + unexpected;
    }
  }

  private SslContext build(TlsIdentity identity) {
    try {
      return SslContextBuilder.forServer(identity.key(), identity.chain())
          .sslProvider(provider.netty())
          .protocols(PROTOCOLS)
          .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .build();
    } catch (SSLException | IllegalArgumentException refused) {
      throw new GimletException(
          "the TLS certificate " + files.certificate() + " is refused: " + refused.getMessage(),
          refused);
    }
  }

  /// A handler for one accepted connection, with a deadline for its handshake.
  SslHandler newHandler(Channel channel) {
    SslHandler handler;
    synchronized (this) { // a context that has been replaced makes no more handlers
      handler = provider.newHandler(context, channel.alloc());
    }
    handler.setHandshakeTimeout(handshakeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    handler.setCloseNotifyFlushTimeout(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  /// Connections that are open keep the old one until they end; false when this is closed.
  private synchronized boolean replace(SslContext newer) {
    ReferenceCountUtil.release(released ? newer : context);
    if (!released) {
      context = newer;
    }
    return !released;
  }

  /// Ends the looking; a look that is under way changes nothing any more.
  @Override
  public synchronized void close() {
    closed.countDown();
    if (!released) {
      released = true;
      ReferenceCountUtil.release(context);
    }
  }
}
