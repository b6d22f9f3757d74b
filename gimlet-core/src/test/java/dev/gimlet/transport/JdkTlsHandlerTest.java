package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.http.TlsFiles;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.TestCertificate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Updates of keys (RFC 8446 §4.6.3) by a client that wants each to be answered.
class JdkTlsHandlerTest {
  private static final int MANY = 1000;

  @TempDir static Path folder;
  private static TestCertificate certificate;
  private static TlsContext context;

  private final StallingChannel server = new StallingChannel();
  private SSLEngine client;

  @BeforeAll
  static void makeAContext() {
    certificate = TestCertificate.create(folder);
    context =
        new TlsContext(
            new TlsFiles(certificate.certificate(), certificate.key()),
            TlsProvider.JDK,
            Duration.ofSeconds(10),
            new ServerEvents() {});
  }

  @AfterAll
  static void closeTheContext() {
    context.close();
  }

  @BeforeEach
  void shakeHands() throws SSLException {
    server.pipeline().addLast(context.newHandler(server));
    client = certificate.client().createSSLEngine("localhost", 443);
    client.setUseClientMode(true);
    client.beginHandshake();
    while (client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      send("");
      receive();
    }
    send("hello");
    assertThat(received()).isEqualTo("hello");
  }

  @AfterEach
  void close() {
    server.goOn();
    server.finishAndReleaseAll();
  }

  @Test
  void areAnswered() throws SSLException {
    update();

    assertThat(server.writes()).isPositive();
    receive();
    send("again");
    assertThat(received()).isEqualTo("again");
  }

  @Test
  void areRefusedWithoutDataBetweenThem() {
    int buffers = server.buffers();

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < MANY; i++) {
                update();
              }
            })
        .hasRootCauseMessage("too many TLS records without data");
    assertThat(server.buffers() - buffers).isLessThanOrEqualTo(33);
  }

  @Test
  void areRefusedWithDataBetweenThemWhenNoAnswerIsTaken() {
    server.stall();

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < MANY; i++) {
                update();
                send(".");
              }
            })
        .hasRootCauseMessage("too many TLS records without data");
    assertThat(server.unsafe().outboundBuffer().size()).isLessThanOrEqualTo(33);
  }

  @Test
  void areFineWithDataBetweenThemWhenTheAnswersAreTaken() {
    assertThatCode(
            () -> {
              for (int i = 0; i < MANY; i++) {
                update();
                send(".");
              }
            })
        .doesNotThrowAnyException();
  }

  /// The JDK sends one when it is asked for a handshake in TLS 1.3.
  private void update() throws SSLException {
    client.beginHandshake();
    send("");
  }

  /// Sends a text, or what TLS itself has to say.
  private void send(String text) throws SSLException {
    ByteBuffer data = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    ByteBuffer out = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    do {
      runTasks();
      client.wrap(data, out.clear());
      server.writeInbound(Unpooled.copiedBuffer(out.flip()));
    } while (data.hasRemaining() || client.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
  }

  /// Takes what the server has sent.
  private void receive() throws SSLException {
    byte[] sent = server.receivedText().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer in = ByteBuffer.wrap(sent);
    while (in.hasRemaining()) {
      client.unwrap(in, ByteBuffer.allocate(client.getSession().getApplicationBufferSize()));
      runTasks();
      if (client.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        send("");
      }
    }
  }

  private void runTasks() {
    for (Runnable task = client.getDelegatedTask();
        task != null;
        task = client.getDelegatedTask()) {
      task.run();
    }
  }

  /// The text that the server has read.
  private String received() {
    var text = new StringBuilder();
    for (ByteBuf data = server.readInbound(); data != null; data = server.readInbound()) {
      text.append(data.toString(StandardCharsets.UTF_8));
      data.release();
    }
    return text.toString();
  }
}
