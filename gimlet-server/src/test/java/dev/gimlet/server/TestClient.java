package dev.gimlet.server;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The JDK's WebSocket client: not of this project, so that it shares no misunderstanding.
final class TestClient implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int SECONDS = 10;

  private final WebSocket webSocket;
  private final Inbox inbox;

  private TestClient(WebSocket webSocket, Inbox inbox) {
    this.webSocket = webSocket;
    this.inbox = inbox;
  }

  static TestClient connect(URI address) {
    return connect(address, HTTP.newWebSocketBuilder(), new Inbox());
  }

  static TestClient connectAsPage(URI address) {
    return connect(address, HTTP.newWebSocketBuilder().subprotocols("gimlet.chat"), new Inbox());
  }

  static TestClient connectFrom(String origin, URI address) {
    return connect(address, HTTP.newWebSocketBuilder().header("Origin", origin), new Inbox());
  }

  /// Never reads what it is sent.
  static void connectAndSleep(URI address) {
    HTTP.newWebSocketBuilder()
        .buildAsync(
            address,
            new WebSocket.Listener() {
              @Override
              public void onOpen(WebSocket webSocket) {} // asks for nothing
            })
        .join();
  }

  private static TestClient connect(URI address, WebSocket.Builder builder, Inbox inbox) {
    return new TestClient(builder.buildAsync(address, inbox).join(), inbox);
  }

  void send(String text) {
    webSocket.sendText(text, true).join();
  }

  void send(byte[] bytes) {
    webSocket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  /// The next message, which is waited for.
  Message next() throws InterruptedException {
    Message message = inbox.messages.poll(SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message within " + SECONDS + " s");
    }
    return message;
  }

  String nextText() throws InterruptedException {
    return next() instanceof Text text ? text.value() : "";
  }

  /// The next event of this type; others before it are passed over.
  JsonNode nextEvent(String type) throws InterruptedException {
    JsonNode event = JsonMapper.shared().readTree(nextText());
    return event.path("type").stringValue().equals(type) ? event : nextEvent(type);
  }

  /// How the server closed the connection, which is waited for.
  CloseStatus closed() throws Exception {
    return inbox.closed.get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    webSocket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
  }

  private static final class Inbox implements WebSocket.Listener {

    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<CloseStatus> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket webSocket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        messages.add(Text.of(text.toString()));
        text.setLength(0);
      }
      webSocket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(
        WebSocket webSocket, ByteBuffer part, boolean last) {
      while (part.hasRemaining()) {
        bytes.write(part.get());
      }
      if (last) {
        messages.add(Binary.of(bytes.toByteArray()));
        bytes.reset();
      }
      webSocket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
      closed.complete(new CloseStatus(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      closed.completeExceptionally(error);
    }
  }
}
