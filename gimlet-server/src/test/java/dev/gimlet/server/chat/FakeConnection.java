package dev.gimlet.server.chat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ConnectionStatistics;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A connection that keeps what it is sent and plays its listener's event loop. One thread only.
final class FakeConnection implements WebSocketConnection {

  private static long lastId;

  private final long id = ++lastId;
  private final WebSocketListener listener;
  private final Optional<String> subprotocol;
  private final List<Message> received = new ArrayList<>();
  private final List<Consumer<CloseStatus>> closeCallbacks = new ArrayList<>();
  private Optional<CloseStatus> closeStatus = Optional.empty();

  private FakeConnection(WebSocketListener listener, Optional<String> subprotocol) {
    this.listener = listener;
    this.subprotocol = subprotocol;
  }

  static FakeConnection open(WebSocketListener listener) {
    return open(listener, Optional.empty());
  }

  static FakeConnection open(WebSocketListener listener, Optional<String> subprotocol) {
    var connection = new FakeConnection(listener, subprotocol);
    listener.onOpen(connection);
    return connection;
  }

  /// The peer sends this.
  void says(Message message) {
    listener.onMessage(this, message);
  }

  void says(String text) {
    says(Text.of(text));
  }

  void says(byte[] bytes) {
    says(Binary.of(bytes));
  }

  /// The peer goes.
  void goes() {
    end(CloseStatus.GOING_AWAY);
  }

  /// What arrived since the last call.
  List<Message> received() {
    List<Message> taken = List.copyOf(received);
    received.clear();
    return taken;
  }

  /// The events that arrived since the last call.
  List<JsonNode> events() {
    return received().stream().map(FakeConnection::json).toList();
  }

  JsonNode onlyEvent() {
    List<JsonNode> events = events();
    if (events.size() != 1) {
      throw new AssertionError("expected one event, got " + events);
    }
    return events.getFirst();
  }

  private static JsonNode json(Message message) {
    return switch (message) {
      case Text text -> JsonMapper.shared().readTree(text.value());
      case Binary binary -> throw new AssertionError("no event: " + binary);
    };
  }

  private void end(CloseStatus status) {
    if (closeStatus.isEmpty()) {
      closeStatus = Optional.of(status);
      closeCallbacks.forEach(callback -> callback.accept(status));
      listener.onClose(this, status);
    }
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public SendResult send(Message message) {
    if (!isOpen()) {
      return SendResult.CLOSED;
    }
    received.add(message);
    return SendResult.ACCEPTED;
  }

  @Override
  public SendResult send(PreparedMessage message) {
    return send(message.message());
  }

  @Override
  public void ping() {}

  @Override
  public void close(CloseStatus status) {
    end(status);
  }

  @Override
  public boolean isOpen() {
    return closeStatus.isEmpty();
  }

  @Override
  public Optional<CloseStatus> closeStatus() {
    return closeStatus;
  }

  @Override
  public void whenClosed(Consumer<CloseStatus> callback) {
    closeStatus.ifPresentOrElse(callback, () -> closeCallbacks.add(callback));
  }

  @Override
  public ConnectionStatistics statistics() {
    return new ConnectionStatistics(Instant.EPOCH, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public Optional<String> subprotocol() {
    return subprotocol;
  }

  @Override
  public SocketAddress remoteAddress() {
    return InetSocketAddress.createUnresolved("peer", 1);
  }

  @Override
  public Optional<String> user() {
    return Optional.empty();
  }

  @Override
  public Executor eventLoop() {
    return Runnable::run;
  }

  @Override
  public <T> Optional<T> attribute(String name, Class<T> type) {
    return Optional.empty();
  }

  @Override
  public void attribute(String name, Object value) {
    throw new UnsupportedOperationException();
  }
}
