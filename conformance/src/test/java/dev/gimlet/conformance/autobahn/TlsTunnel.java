package dev.gimlet.conformance.autobahn;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;

/// A door that takes plain TCP and goes on with TLS, byte for byte, the end of each side included.
///
/// The suite's client cannot speak TLS itself. Thread-safe: it does not change.
final class TlsTunnel implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final ServerSocket door;
  private final SSLContext trusting;
  private final int target;

  private TlsTunnel(ServerSocket door, SSLContext trusting, int target) {
    this.door = door;
    this.trusting = trusting;
    this.target = target;
  }

  /// Opens a tunnel to a port of this machine, whose certificate the context trusts.
  static TlsTunnel open(SSLContext trusting, int target) throws IOException {
    ServerSocket door = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    TlsTunnel tunnel = new TlsTunnel(door, trusting, target);
    Thread _ = Thread.ofVirtual().name("tunnel").start(tunnel::accept);
    return tunnel;
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket plain = door.accept();
        Thread _ = Thread.ofVirtual().start(() -> connect(plain));
      }
    } catch (IOException closed) {
      // the tunnel was closed
    }
  }

  private void connect(Socket plain) {
    try (plain;
        Socket tls =
            trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), target)) {
      plain.setTcpNoDelay(true);
      tls.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> pump(tls, plain));
      pump(plain, tls);
      back.join();
    } catch (IOException broken) {
      // both sockets are closed, and both sides see that
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException ignored) {
      // it is of no more use anyway
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
