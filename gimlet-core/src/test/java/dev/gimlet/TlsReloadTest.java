package dev.gimlet;

import static dev.gimlet.RawWebSocket.BINARY;
import static dev.gimlet.RawWebSocket.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.transport.TlsProvider;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A certificate that is renewed while connections are open, with the JDK's TLS and with BoringSSL.
@Timeout(120)
@ParameterizedClass
@EnumSource(TlsProvider.class)
final class TlsReloadTest {

  private static final int LARGE = 300_000; // many records each way

  @TempDir static Path made;
  private static TestCertificate first;
  private static TestCertificate second;

  @TempDir Path folder;

  private final TlsProvider provider;
  private final Semaphore loaded = new Semaphore(0);
  private RunningServer server;

  TlsReloadTest(TlsProvider provider) {
    this.provider = provider;
  }

  @BeforeAll
  static void makeCertificates() throws IOException {
    first = TestCertificate.create(Files.createDirectory(made.resolve("1")));
    second = TestCertificate.create(Files.createDirectory(made.resolve("2")));
  }

  @BeforeEach
  void start() throws Exception {
    assumeTrue(provider == TlsProvider.JDK || OpenSsl.isAvailable());
    System.setProperty("gimlet.tls.provider", provider.name().toLowerCase(Locale.ROOT));
    use(first);
    ServerOptions options =
        ServerOptions.builder()
            .tls(folder.resolve("cert.pem"), folder.resolve("key.pem"))
            .events(events())
            .build();
    server =
        Gimlet.bare(options)
            .ws("/echo", WebSocketListener.onMessage(WebSocketConnection::send))
            .start(0);
    assertThat(loaded.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
  }

  private ServerEvents events() {
    return new ServerEvents() {
      @Override
      public void certificateLoaded(Path file, Instant expiry) {
        loaded.release();
      }
    };
  }

  @AfterEach
  void stop() {
    System.clearProperty("gimlet.tls.provider");
    if (server != null) {
      server.close();
    }
  }

  @Test
  void keepsTheConnectionsThatAreOpen() throws Exception {
    TlsClient old = new TlsClient(first);
    try (RawWebSocket open = RawWebSocket.over(old.connect(server.port()), "/echo")) {
      assertThatItEchoes(open);
      use(second);
      assertThat(loaded.tryAcquire(30, TimeUnit.SECONDS)).isTrue();

      assertThatItEchoes(open);
      SSLSocket next = new TlsClient(second).connect(server.port());
      assertThat(next.getSession().getPeerCertificates()).containsExactly(certificate(second));
      try (RawWebSocket beside = RawWebSocket.over(next, "/echo")) {
        assertThatItEchoes(beside);
        assertThatItEchoes(open);
      }
      assertThatThrownBy(() -> old.connect(server.port())).isInstanceOf(SSLException.class);
      assertThatItEchoes(open);
    }
  }

  private static void assertThatItEchoes(RawWebSocket client) throws IOException {
    client.send("small");
    assertThat(client.read().text()).isEqualTo("small");
    client.write(frame(BINARY, new byte[LARGE]));
    assertThat(client.read().payload()).isEqualTo(new byte[LARGE]);
  }

  private void use(TestCertificate certificate) throws IOException {
    place(certificate.key(), "key.pem");
    place(certificate.certificate(), "cert.pem");
  }

  private void place(Path from, String name) throws IOException {
    Path copy = folder.resolve("copy");
    Files.copy(from, copy);
    Files.move(copy, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Certificate certificate(TestCertificate made) throws Exception {
    try (var in = Files.newInputStream(made.certificate())) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
