package dev.gimlet.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// An HTTP proxy that knows CONNECT and nothing else, and keeps what it was asked.
///
/// Thread-safe: one concurrent list.
final class ConnectProxy implements AutoCloseable {

  private final ServerSocket door;
  private final String answer;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private ConnectProxy(ServerSocket door, String answer) {
    this.door = door;
    this.answer = answer;
  }

  /// A proxy that answers with this status line, and passes bytes on if that is a 200.
  static ConnectProxy answering(String answer) throws IOException {
    ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    ConnectProxy proxy = new ConnectProxy(door, answer);
    Thread.startVirtualThread(proxy::accept);
    return proxy;
  }

  int port() {
    return door.getLocalPort();
  }

  /// The heads of the requests, as they came.
  List<String> asked() {
    return asked;
  }

  private void accept() {
    try {
      while (true) {
        Socket peer = door.accept();
        Thread.startVirtualThread(() -> serve(peer));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Socket peer) {
    try (peer) {
      String head = head(peer.getInputStream());
      asked.add(head);
      peer.getOutputStream().write(("HTTP/1.1 " + answer + "\r\n\r\n").getBytes(ISO_8859_1));
      if (answer.startsWith("200")) {
        String place = head.split(" ", 3)[1];
        int colon = place.lastIndexOf(':');
        try (Socket server =
            new Socket(place.substring(0, colon), Integer.parseInt(place.substring(colon + 1)))) {
          Thread back = Thread.startVirtualThread(() -> pump(server, peer));
          pump(peer, server);
          back.join();
        }
      }
    } catch (IOException | InterruptedException broken) {
      // both ends see that
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the head ended early");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException broken) {
      // both ends see that
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
