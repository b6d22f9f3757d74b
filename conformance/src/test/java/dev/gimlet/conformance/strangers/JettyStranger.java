package dev.gimlet.conformance.strangers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/// One connection of Jetty's client.
///
/// Public, because Jetty looks it up by reflection. Thread-safe: what Jetty's threads bring goes
/// into a queue and a future.
public final class JettyStranger implements Session.Listener.AutoDemanding, AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final int SECONDS = 60;

  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final Session session;

  private JettyStranger(WebSocketClient client, URI address, String extensions) throws Exception {
    var request = new ClientUpgradeRequest(address);
    request.addExtensions(extensions);
    session = client.connect(this, request).get(SECONDS, TimeUnit.SECONDS);
  }

  /// A client for any number of connections.
  static WebSocketClient client() throws Exception {
    var client = new WebSocketClient();
    client.setMaxTextMessageSize(MAX_MESSAGE_BYTES);
    client.setMaxBinaryMessageSize(MAX_MESSAGE_BYTES);
    client.setMaxFrameSize(2L * MAX_MESSAGE_BYTES);
    client.start();
    return client;
  }

  static JettyStranger connect(WebSocketClient client, URI address, Offer offer) throws Exception {
    return new JettyStranger(client, address, offer.toHeaderField());
  }

  /// What the server answered; empty when it declined.
  String extensions() {
    return Objects.requireNonNullElse(
        session.getUpgradeResponse().getHeader("Sec-WebSocket-Extensions"), "");
  }

  void send(Message message) throws Exception {
    var sent = new Callback.Completable();
    switch (message) {
      case Text text -> session.sendText(text.value(), sent);
      case Binary binary -> session.sendBinary(ByteBuffer.wrap(binary.bytes()), sent);
    }
    sent.get(SECONDS, TimeUnit.SECONDS);
  }

  /// Sends it in two frames.
  void sendInFragments(Message message) throws Exception {
    var first = new Callback.Completable();
    var last = new Callback.Completable();
    switch (message) {
      case Text text -> {
        int half = text.value().length() / 2;
        session.sendPartialText(text.value().substring(0, half), false, first);
        first.get(SECONDS, TimeUnit.SECONDS);
        session.sendPartialText(text.value().substring(half), true, last);
      }
      case Binary binary -> {
        byte[] bytes = binary.bytes();
        int half = bytes.length / 2;
        session.sendPartialBinary(ByteBuffer.wrap(bytes, 0, half), false, first);
        first.get(SECONDS, TimeUnit.SECONDS);
        session.sendPartialBinary(ByteBuffer.wrap(bytes, half, bytes.length - half), true, last);
      }
    }
    last.get(SECONDS, TimeUnit.SECONDS);
  }

  /// The next message, which is waited for.
  Message next() throws InterruptedException {
    Message message = messages.poll(SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message within " + SECONDS + " s");
    }
    return message;
  }

  @Override
  public void onWebSocketText(String text) {
    messages.add(Text.ofUtf8(text.getBytes(UTF_8)));
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    messages.add(Binary.of(bytes));
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    closed.completeExceptionally(cause);
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    closed.complete(code);
    callback.succeed();
  }

  /// Closes, and waits for the code that the server answers.
  int closeAndWait() throws Exception {
    session.close(1000, "", Callback.NOOP);
    return closed.get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    session.disconnect();
  }
}
