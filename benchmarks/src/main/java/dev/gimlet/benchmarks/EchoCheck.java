package dev.gimlet.benchmarks;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Makes sure that a server is right before it is measured, with a client that is not ours.
final class EchoCheck {
  private static final int[] SIZES = {1, 32, 125, 126, 128, 16 << 10, 60_000};
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private EchoCheck() {}

  static void run(ServerProcess server, Case which) throws Exception {
    if (server.peer().isRaw()) {
      checkRaw(server.port());
    } else if (which.isRoom()) {
      checkRoom(server);
    } else {
      checkEcho(server);
    }
  }

  private static void checkRaw(int port) throws IOException {
    byte[] sent = "as it is".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(sent);
      byte[] received = socket.getInputStream().readNBytes(sent.length);
      if (!Arrays.equals(sent, received)) {
        throw new IOException("the raw server returned something else");
      }
    }
  }

  private static void checkEcho(ServerProcess server) throws Exception {
    try (HttpClient http = client()) {
      Inbox inbox = new Inbox();
      WebSocket socket = open(http, server, "/echo", inbox);
      for (int size : SIZES) {
        String text = "é€😀x".repeat(size / 10 + 1).substring(0, Math.max(1, size / 10 * 5));
        socket.sendText(text, true).get(10, TimeUnit.SECONDS);
        inbox.expect(text);
        byte[] binary = new byte[size];
        new Random(size).nextBytes(binary);
        socket.sendBinary(ByteBuffer.wrap(binary), true).get(10, TimeUnit.SECONDS);
        inbox.expect(ByteBuffer.wrap(binary));
      }
      socket.abort();
    }
  }

  private static void checkRoom(ServerProcess server) throws Exception {
    try (HttpClient http = client()) {
      Inbox first = new Inbox();
      Inbox second = new Inbox();
      WebSocket publisher = open(http, server, "/room", first);
      WebSocket member = open(http, server, "/room", second);
      Pause.of(
          Duration.ofMillis(200)); // the handshake may be answered before the member is in the room
      publisher.sendText("to everyone", true).get(10, TimeUnit.SECONDS);
      first.expect("to everyone");
      second.expect("to everyone");
      publisher.abort();
      member.abort();
    }
  }

  /// Takes any certificate: it is the server that is checked, not who it is.
  private static HttpClient client() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static WebSocket open(HttpClient http, ServerProcess server, String path, Inbox inbox)
      throws Exception {
    String scheme = server.peer().isSecure() ? "wss" : "ws";
    return http.newWebSocketBuilder()
        .connectTimeout(TIMEOUT)
        .buildAsync(URI.create(scheme + "://127.0.0.1:" + server.port() + path), inbox)
        .get(10, TimeUnit.SECONDS);
  }

  /// What a client has received. Thread-safe: one queue, and parts that belong to one callback.
  private static final class Inbox implements WebSocket.Listener {
    private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final java.io.ByteArrayOutputStream binary = new java.io.ByteArrayOutputStream();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        messages.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
      byte[] bytes = new byte[part.remaining()];
      part.get(bytes);
      binary.writeBytes(bytes);
      if (last) {
        messages.add(ByteBuffer.wrap(binary.toByteArray()));
        binary.reset();
      }
      socket.request(1);
      return null;
    }

    void expect(Object message) throws Exception {
      Object received = messages.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      if (!message.equals(received)) {
        throw new IOException("the server answered something else, or nothing");
      }
    }
  }
}
