package dev.gimlet;

import dev.gimlet.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Opens TLS connections to a server of this machine, whose certificate it trusts.
///
/// Thread-safe: its context is.
final class TlsClient {
  private static final int TIMEOUT_MILLIS = 10_000;

  private static final int SMALL_BYTES = 128 << 10;

  private final SSLContext context;

  TlsClient(TestCertificate trusted) {
    context = trusted.client();
  }

  SSLContext context() {
    return context;
  }

  /// Connects with TLS of these versions, or with those of the JDK, and checks the name.
  SSLSocket connect(int port, String... versions) throws IOException {
    return secure(new Socket(InetAddress.getLoopbackAddress(), port), versions);
  }

  /// Connects with a socket that takes few bytes before it is full: more than the largest packet of
  /// the loopback, for with less TCP waits for its timers.
  SSLSocket connectSmall(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(SMALL_BYTES);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return secure(socket);
  }

  /// Adds TLS to a TCP connection.
  SSLSocket over(Socket tcp) throws IOException {
    return secure(tcp);
  }

  private SSLSocket secure(Socket tcp, String... versions) throws IOException {
    tcp.setSoTimeout(TIMEOUT_MILLIS);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(tcp, "localhost", tcp.getPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (versions.length > 0) {
      parameters.setProtocols(versions);
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }
}
