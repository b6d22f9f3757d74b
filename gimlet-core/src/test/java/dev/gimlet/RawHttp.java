package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An HTTP client of bytes: says exactly what it is told to, right or wrong.
///
/// Owned by the test's thread.
final class RawHttp implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  /// What was answered; the head as it came, the body as bytes in ISO 8859-1.
  record Response(String head, String body) {
    int status() {
      return Integer.parseInt(head.substring(9, 12));
    }

    List<String> fields(String name) {
      return head.lines()
          .skip(1)
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }

    Optional<String> field(String name) {
      return fields(name).stream().findFirst();
    }
  }

  private final Socket socket;
  private final InputStream in;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
  }

  static RawHttp connect(int port) throws IOException {
    return over(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /// Speaks over a socket that is connected, such as one with TLS.
  static RawHttp over(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return new RawHttp(socket);
  }

  /// One request on a connection of its own, which ends afterwards.
  static Response request(int port, String head) throws IOException {
    return request(port, head, "");
  }

  static Response request(int port, String head, String body) throws IOException {
    try (RawHttp client = connect(port)) {
      client.send(head.strip().replace("\n", "\r\n") + "\r\nHost: localhost\r\n\r\n" + body);
      return client.read(head.startsWith("HEAD"));
    }
  }

  static Response get(int port, String target) throws IOException {
    return request(port, "GET " + target + " HTTP/1.1");
  }

  static Response post(int port, String target, String mediaType, String body) throws IOException {
    return request(
        port,
        "POST "
            + target
            + " HTTP/1.1\nContent-Type: "
            + mediaType
            + "\nContent-Length: "
            + body.length(),
        body);
  }

  /// A request head of these lines.
  static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  void send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
  }

  Response read() throws IOException {
    return read(false);
  }

  /// The next response, which has no body when it answers HEAD.
  Response read(boolean toHead) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended after \"" + head + "\"");
      }
      head.append((char) next);
    }
    Response response = new Response(head.toString(), "");
    int length = toHead ? 0 : response.field("Content-Length").map(Integer::parseInt).orElse(0);
    return new Response(head.toString(), new String(in.readNBytes(length), ISO_8859_1));
  }

  /// The next line of a body that goes on, without its end.
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended after \"" + line + "\"");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  /// All responses until the server ends the connection.
  List<Response> readAll() throws IOException {
    List<Response> responses = new ArrayList<>();
    while (!isAtEnd()) {
      responses.add(read());
    }
    return responses;
  }

  /// Whether the server has ended the connection; waits for that or for a byte.
  boolean isAtEnd() throws IOException {
    in.mark(1);
    int next = in.read();
    in.reset();
    return next < 0;
  }

  boolean hasNothingToRead() throws IOException {
    return in.available() == 0;
  }

  /// Whether the server cuts the connection while this side sends and does not read.
  boolean isCutOffWhileSending() throws InterruptedException {
    return isCutOffWhileSending("x");
  }

  /// Whether the server cuts the connection while this side sends these bytes again and again.
  boolean isCutOffWhileSending(String bytes) throws InterruptedException {
    for (int i = 0; i < TIMEOUT_MILLIS / 10; i++) {
      try {
        send(bytes);
      } catch (IOException cut) {
        return true;
      }
      Thread.sleep(10); // the server's patience is what is measured
    }
    return false;
  }

  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
