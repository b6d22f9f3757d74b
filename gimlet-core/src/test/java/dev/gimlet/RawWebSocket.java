package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A WebSocket client of bytes: says exactly what it is told to, right or wrong.
///
/// Owned by the test's thread.
final class RawWebSocket implements AutoCloseable {

  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int MASKING_KEY = 0x1B2C3D4E;

  /// A frame from the server.
  static final class Frame {

    private final int firstByte;
    private final byte[] payload;

    private Frame(int firstByte, byte[] payload) {
      this.firstByte = firstByte;
      this.payload = payload;
    }

    int opcode() {
      return firstByte & 0x0F;
    }

    /// RSV1, as RFC 7692 uses it.
    boolean isCompressed() {
      return (firstByte & 0x40) != 0;
    }

    byte[] payload() {
      return payload;
    }

    String text() {
      return new String(payload, UTF_8);
    }

    int closeCode() {
      return payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  private RawWebSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /// Opens a WebSocket and expects 101.
  static RawWebSocket connect(int port, String path) throws IOException {
    RawWebSocket webSocket = dial(port, 0);
    webSocket.write(handshake(path, ""));
    webSocket.readHead();
    return webSocket;
  }

  /// A WebSocket whose socket takes few bytes before it is full.
  static RawWebSocket connectSmall(int port, String path) throws IOException {
    RawWebSocket webSocket = dial(port, 4096);
    webSocket.write(handshake(path, ""));
    webSocket.readHead();
    return webSocket;
  }

  /// Opens a WebSocket over a socket that is connected, such as one with TLS.
  static RawWebSocket over(Socket socket, String path) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    RawWebSocket webSocket = new RawWebSocket(socket);
    webSocket.write(handshake(path, ""));
    webSocket.readHead();
    return webSocket;
  }

  /// Only the TCP connection.
  static RawWebSocket dial(int port, int receiveBufferBytes) throws IOException {
    Socket socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new RawWebSocket(socket);
  }

  /// The bytes of a valid opening handshake with further lines.
  static byte[] handshake(String path, String moreLines) {
    String head =
        "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                .formatted(path)
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + moreLines
            + "\r\n";
    return head.getBytes(ISO_8859_1);
  }

  /// The bytes of a masked final frame.
  static byte[] frame(int opcode, byte[] payload) {
    return frame(0x80 | opcode, payload.length, payload);
  }

  static byte[] frame(int firstByte, long announced, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(firstByte);
    if (announced <= 125) {
      frame.write(0x80 | (int) announced);
    } else if (announced <= 0xFFFF) {
      frame.write(0x80 | 126);
      writeNumber(frame, announced, 2);
    } else {
      frame.write(0x80 | 127);
      writeNumber(frame, announced, 8);
    }
    writeNumber(frame, MASKING_KEY, 4);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ (MASKING_KEY >> (24 - 8 * (i % 4))));
    }
    return frame.toByteArray();
  }

  static byte[] closePayload(int code, String reason) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    writeNumber(payload, code, 2);
    payload.writeBytes(reason.getBytes(UTF_8));
    return payload.toByteArray();
  }

  void send(String text) throws IOException {
    write(frame(TEXT, text.getBytes(UTF_8)));
  }

  void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /// The response head, without the empty line.
  String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.substring(0, head.length() - 4);
  }

  Frame read() throws IOException {
    int first = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    if ((first & 0x80) == 0) {
      throw new AssertionError("the server never fragments");
    }
    return new Frame(first, payload);
  }

  /// Reads so many bytes, whatever they are.
  void skip(int bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  /// Reads until the close frame and tells its code.
  int readUntilClose() throws IOException {
    Frame frame = read();
    while (frame.opcode() != CLOSE) {
      frame = read();
    }
    return frame.closeCode();
  }

  /// Whether the server ends the connection with nothing more to read.
  boolean isAtEnd() throws IOException {
    try {
      return in.read() < 0;
    } catch (EOFException end) {
      return true;
    }
  }

  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  /// Ends with RST instead of FIN.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static void writeNumber(ByteArrayOutputStream out, long number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (number >> shift));
    }
  }
}
