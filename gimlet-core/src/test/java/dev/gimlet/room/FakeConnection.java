package dev.gimlet.room;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ConnectionStatistics;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// A connection without a network; thread-safe through synchronized lists.
public class FakeConnection implements WebSocketConnection {

  private final long id;
  private final Executor eventLoop;
  final List<Message> received = Collections.synchronizedList(new ArrayList<>());
  private final List<Consumer<CloseStatus>> callbacks = new ArrayList<>(1);
  private Optional<CloseStatus> closed = Optional.empty();

  /// A connection whose event loop is the caller's thread.
  public FakeConnection(long id) {
    this(id, Runnable::run);
  }

  FakeConnection(long id, Executor eventLoop) {
    this.id = id;
    this.eventLoop = eventLoop;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public SendResult send(Message message) {
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
    closed = Optional.of(status);
    callbacks.forEach(callback -> callback.accept(status));
  }

  @Override
  public boolean isOpen() {
    return closed.isEmpty();
  }

  @Override
  public Optional<CloseStatus> closeStatus() {
    return closed;
  }

  int closeCallbacks() {
    return callbacks.size();
  }

  @Override
  public void whenClosed(Consumer<CloseStatus> callback) {
    callbacks.add(callback);
    closed.ifPresent(callback);
  }

  @Override
  public Optional<String> subprotocol() {
    return Optional.empty();
  }

  @Override
  public ConnectionStatistics statistics() {
    return new ConnectionStatistics(Instant.EPOCH, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public SocketAddress remoteAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  }

  @Override
  public Optional<String> user() {
    return Optional.empty();
  }

  @Override
  public Executor eventLoop() {
    return eventLoop;
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
