package dev.gimlet;

import static java.util.Objects.requireNonNull;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Remembers what a server told. Thread-safe: a concurrent queue.
final class RecordingEvents implements ServerEvents {

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  @Override
  public void opened(WebSocketConnection connection) {
    events.add("opened");
  }

  @Override
  public void closed(WebSocketConnection connection, CloseStatus status) {
    events.add("closed " + status.code());
  }

  @Override
  public void refused(SocketAddress peer, int status, String reason) {
    events.add("refused " + status);
  }

  @Override
  public void handlerFailed(String where, Throwable failure) {
    events.add("failed " + failure.getMessage());
  }

  @Override
  public void tlsFailed(SocketAddress peer, String reason) {
    events.add("TLS failed: " + reason);
  }

  @Override
  public void certificateUnusable(Path file, String reason) {
    events.add("unusable: " + reason);
  }

  @Override
  public void slowConsumer(
      WebSocketConnection connection, SlowConsumerPolicy policy, long messages) {
    events.add("slow consumer, " + policy + " " + messages);
  }

  @Override
  public void acceptFailed(String reason) {
    events.add("accept failed");
  }

  @Override
  public void publishFailed(String room, String reason) {
    events.add("publish failed: " + room + ": " + reason);
  }

  @Override
  public void brokerAway(String reason) {
    events.add("broker away: " + reason);
  }

  @Override
  public void brokerBack() {
    events.add("broker back");
  }

  /// How many events like this are waiting.
  long count(String event) {
    return events.stream().filter(event::equals).count();
  }

  /// The next event; fails after 60 s.
  String next() throws InterruptedException {
    return requireNonNull(events.poll(60, TimeUnit.SECONDS), "no event within 60 s");
  }

  /// All that wait now.
  List<String> waiting() {
    return List.copyOf(events);
  }
}
