package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.testing.TestCertificate;
import dev.gimlet.websocket.GimletException;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTlsTest {

  @TempDir private Path folder;

  @Test
  void asksForTheHostAndChecksItsName() {
    withHandler(handler -> {
      assertThat(handler.engine().getPeerHost()).isEqualTo("chat.example");
      assertThat(handler.engine().getPeerPort()).isEqualTo(8443);
      assertThat(handler.engine().getSSLParameters().getEndpointIdentificationAlgorithm())
          .isEqualTo("HTTPS");
      assertThat(handler.engine().getUseClientMode()).isTrue();
    });
  }

  @Test
  void speaksNothingOlderThanTls12() {
    withHandler(handler ->
        assertThat(handler.engine().getEnabledProtocols())
            .contains("TLSv1.3", "TLSv1.2")
            .doesNotContain("TLSv1.1", "TLSv1", "SSLv3"));
  }

  @Test
  void answersAServerNoMoreThanAServerAnswersAClient() {
    EmbeddedChannel channel = new EmbeddedChannel();
    try (ClientTls tls = ClientTls.trusting(Optional.empty(), TlsProvider.JDK)) {
      assertThat(tls.newHandler(channel, "chat.example", 8443)).isInstanceOf(JdkTlsHandler.class);
    }
    channel.close();
  }

  /// The opening handshake has a deadline for all of it.
  @Test
  void leavesTheDeadlineToTheOpeningHandshake() {
    withHandler(handler -> assertThat(handler.getHandshakeTimeoutMillis()).isZero());
  }

  @Test
  void takesTheCertificatesOfAFile() {
    TestCertificate certificate = TestCertificate.create(folder);

    try (ClientTls tls = ClientTls.trusting(Optional.of(certificate.certificate()))) {
      assertThat(tls).isNotNull();
    }
  }

  @Test
  void namesAFileThatIsNotThere() {
    Path missing = folder.resolve("missing.pem");

    assertThatThrownBy(() -> ClientTls.trusting(Optional.of(missing)))
        .isInstanceOf(GimletException.class)
        .hasMessageContaining("missing.pem");
  }

  @Test
  void namesAFileWithoutCertificates() throws Exception {
    Path strange = Files.writeString(folder.resolve("strange.pem"), "no certificate\n");

    assertThatThrownBy(() -> ClientTls.trusting(Optional.of(strange)))
        .isInstanceOf(GimletException.class)
        .hasMessageContaining("strange.pem");
  }

  private static void withHandler(Consumer<SslHandler> check) {
    EmbeddedChannel channel = new EmbeddedChannel();
    try (ClientTls tls = ClientTls.trusting(Optional.empty())) {
      SslHandler handler = tls.newHandler(channel, "chat.example", 8443);
      channel.pipeline().addLast(handler);
      check.accept(handler);
      channel.finishAndReleaseAll();
    }
  }
}
