package dev.gimlet.examples;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A stranger's WebSocket client: the one of the JDK.
///
/// Thread-safe: what arrives goes into a concurrent queue.
final class TestClient implements WebSocket.Listener, AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final StringBuilder partial = new StringBuilder();
  private final boolean reads;
  private @Nullable WebSocket webSocket;

  private TestClient(boolean reads) {
    this.reads = reads;
  }

  static TestClient connect(int port, String path) {
    return connect(port, path, true);
  }

  /// A client that never reads a single message.
  static TestClient connectDeaf(int port, String path) {
    return connect(port, path, false);
  }

  private static TestClient connect(int port, String path, boolean reads) {
    TestClient client = new TestClient(reads);
    URI address = URI.create("ws://localhost:" + port + path);
    client.webSocket = HTTP.newWebSocketBuilder().buildAsync(address, client).join();
    return client;
  }

  void send(String text) {
    webSocket().sendText(text, true).join();
  }

  void send(byte[] payload) {
    webSocket().sendBinary(ByteBuffer.wrap(payload), true).join();
  }

  void ping() {
    webSocket().sendPing(ByteBuffer.allocate(0)).join();
  }

  void pong() {
    webSocket().sendPong(ByteBuffer.allocate(0)).join();
  }

  /// The next message, or how the connection ended; fails after 10 s.
  String next() throws InterruptedException {
    return Objects.requireNonNull(received.poll(10, TimeUnit.SECONDS), "nothing within 10 s");
  }

  /// Reads until this message arrives.
  void awaitMessage(String message) throws InterruptedException {
    while (!next().equals(message)) {
      // what was said before
    }
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (reads) {
      opened.request(Long.MAX_VALUE);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      received.add(partial.toString());
      partial.setLength(0);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    received.add("binary of " + data.remaining());
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
    received.add("pong");
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    received.add("closed with " + code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    received.add("broken: " + error);
  }

  @Override
  public void close() {
    webSocket().abort();
  }

  private WebSocket webSocket() {
    return Objects.requireNonNull(webSocket);
  }
}
