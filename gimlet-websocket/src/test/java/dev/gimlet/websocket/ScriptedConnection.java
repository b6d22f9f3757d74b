package dev.gimlet.websocket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// A connection that receives given messages and remembers what was asked of it.
///
/// Owned by the test's thread.
final class ScriptedConnection implements LoopConnection {

  final List<Message> sent = new ArrayList<>();
  final List<CloseStatus> closes = new ArrayList<>();
  int received;
  private final Queue<Message> script;

  ScriptedConnection(Message... script) {
    this.script = new ArrayDeque<>(Arrays.asList(script));
  }

  @Override
  public Optional<Message> receive() {
    received++;
    return Optional.ofNullable(script.poll());
  }

  @Override
  public boolean awaitRoom() {
    return isOpen();
  }

  @Override
  public long id() {
    return 1;
  }

  @Override
  public SendResult send(Message message) {
    sent.add(message);
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
    closes.add(status);
  }

  @Override
  public boolean isOpen() {
    return closes.isEmpty();
  }

  @Override
  public Optional<CloseStatus> closeStatus() {
    return closes.stream().findFirst();
  }

  @Override
  public void whenClosed(Consumer<CloseStatus> callback) {
    closeStatus().ifPresent(callback);
  }

  @Override
  public ConnectionStatistics statistics() {
    return new ConnectionStatistics(Instant.EPOCH, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public Optional<String> subprotocol() {
    return Optional.empty();
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
