package dev.gimlet.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class FaultProxyTest {

  private static final int SHORT_MILLIS = 100; // in which something would have come

  private ServerSocket listener;
  private FaultProxy proxy;
  private Socket client;
  private Socket server;

  @BeforeEach
  void connect() throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    proxy = FaultProxy.to(listener.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    server = listener.accept();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    proxy.close();
    listener.close();
  }

  @Test
  void passesBytesAndTheEndBothWays() throws IOException {
    client.getOutputStream().write(1);
    server.getOutputStream().write(2);

    assertThat(server.getInputStream().read()).isEqualTo(1);
    assertThat(client.getInputStream().read()).isEqualTo(2);
    client.shutdownOutput();
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    server.getOutputStream().write(3);
    assertThat(client.getInputStream().read()).isEqualTo(3);
  }

  @Test
  void losesWhatGoesIntoTheBlackhole() throws IOException {
    proxy.blackhole();
    client.getOutputStream().write(1);
    client.close();

    assertSilence(server);
  }

  @Test
  void losesWhatComesOnConnectionsThatHaveSentAText() throws IOException {
    client.getOutputStream().write("SUBSCRIBE".getBytes(US_ASCII));
    server.getInputStream().readNBytes(9);
    try (var otherClient = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        Socket otherServer = listener.accept()) {
      proxy.blackhole("SUBSCRIBE");
      server.getOutputStream().write(1);
      otherServer.getOutputStream().write(2);

      assertThat(otherClient.getInputStream().read()).isEqualTo(2);
      assertSilence(client);
    }
  }

  @Test
  void swallowsAnswersWhileItIsMute() throws IOException {
    proxy.mute();
    client.getOutputStream().write(1);
    server.getOutputStream().write(2);

    assertThat(server.getInputStream().read()).isEqualTo(1);
    assertSilence(client);
  }

  @Test
  void leadsNewConnectionsToAnotherServer() throws IOException {
    try (var other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      proxy.retarget(other.getLocalPort());
      try (var newClient = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
          Socket newServer = other.accept()) {
        newServer.getOutputStream().write(1);
        server.getOutputStream().write(2);

        assertThat(newClient.getInputStream().read()).isEqualTo(1);
        assertThat(client.getInputStream().read()).isEqualTo(2);
      }
    }
  }

  @Test
  void holdsBackUntilTheStallIsOver() throws IOException {
    proxy.stall();
    client.getOutputStream().write(1);
    assertSilence(server);

    proxy.pass();

    server.setSoTimeout(0);
    assertThat(server.getInputStream().read()).isEqualTo(1);
  }

  @Test
  void cutsInOrder() throws IOException {
    awaitLink();
    proxy.cut();

    assertThat(server.getInputStream().read()).isEqualTo(-1);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void resets() throws IOException {
    awaitLink();
    proxy.reset();

    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> server.getInputStream().read());
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> client.getInputStream().read());
  }

  @Test
  void refusesUntilItAdmitsAgain() throws IOException {
    proxy.refuse();
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), proxy.port()).close());

    proxy.admit();

    new Socket(InetAddress.getLoopbackAddress(), proxy.port()).close();
    listener.accept().close();
  }

  /// The link is made a moment after the server has accepted: a byte that came through proves it.
  private void awaitLink() throws IOException {
    client.getOutputStream().write(1);
    assertThat(server.getInputStream().read()).isEqualTo(1);
  }

  private static void assertSilence(Socket socket) throws IOException {
    socket.setSoTimeout(SHORT_MILLIS);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read());
  }
}
