package dev.gimlet.benchmarks.nodes;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Members of one room on one or more nodes, and a publisher at the first.
///
/// A publication is text: the nanoseconds at which it was sent, and padding. Thread-safe:
/// concurrent maps and adders; what arrives comes on the HTTP client's threads.
final class Members implements AutoCloseable {

  private static final int PAYLOAD_BYTES = 128;
  private static final long PATIENCE_SECONDS = 30;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<WebSocket> members = new ArrayList<>();
  private final Map<String, Waiting> underWay = new ConcurrentHashMap<>();
  private final LongAdder deliveries = new LongAdder();
  private final AtomicInteger number = new AtomicInteger();

  /// A publication, how many members it still has to reach, and the times of those it has reached.
  private static final class Waiting {

    private final long sentNanos = System.nanoTime();
    private final AtomicInteger left;
    private final long[] nanos;
    private final CompletableFuture<long[]> done = new CompletableFuture<>();

    Waiting(int members) {
      left = new AtomicInteger(members);
      nanos = new long[members];
    }

    void arrive() {
      int index = left.decrementAndGet();
      nanos[index] = System.nanoTime() - sentNanos;
      if (index == 0) {
        done.complete(nanos);
      }
    }
  }

  /// Connects members to the nodes by turns.
  static Members join(List<Node> nodes, int count) {
    var all = new Members();
    for (int i = 0; i < count; i++) {
      int port = nodes.get(i % nodes.size()).port();
      all.members.add(
          all.http
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + port + "/room"), all.new Receiver())
              .join());
    }
    return all;
  }

  /// Deliveries since the start.
  long deliveries() {
    return deliveries.sum();
  }

  /// Publishes once; gives the nanoseconds to each member, once all have it.
  CompletableFuture<long[]> publish() {
    String id = Integer.toString(number.incrementAndGet());
    var waiting = new Waiting(members.size());
    underWay.put(id, waiting);
    String text = id + " ".repeat(PAYLOAD_BYTES - id.length());
    synchronized (this) { // the JDK's client sends one message at a time
      members.getFirst().sendText(text, true).join();
    }
    return waiting
        .done
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .whenComplete((_, _) -> underWay.remove(id));
  }

  @Override
  public void close() {
    members.forEach(WebSocket::abort);
    http.close();
  }

  private final class Receiver implements WebSocket.Listener {

    private final StringBuilder message = new StringBuilder(PAYLOAD_BYTES); // may come in parts

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
      message.append(part);
      if (isLast) {
        arrived(message.toString().strip());
        message.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    private void arrived(String id) {
      deliveries.increment();
      Waiting waiting = underWay.get(id);
      if (waiting != null) {
        waiting.arrive();
      }
    }
  }
}
