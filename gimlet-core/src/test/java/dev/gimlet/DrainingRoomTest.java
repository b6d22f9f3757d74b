package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.room.Room;
import dev.gimlet.spi.BrokerException;
import dev.gimlet.testing.Floods;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A server that is closed while many publish to a room of many.
@Timeout(120)
final class DrainingRoomTest {

  private static final int MEMBERS = Floods.of(100, 500);
  private static final int PUBLISHERS = 8;

  /// One member; its thread is the only one to write, until it is asked.
  private static final class Reader {

    private final Set<String> received = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Integer> code = new CompletableFuture<>();
    private final Runnable onMessage;

    private Reader(RawWebSocket client, Runnable onMessage) {
      this.onMessage = onMessage;
      Thread.startVirtualThread(() -> read(client));
    }

    private void read(RawWebSocket client) {
      try (client) {
        for (var frame = client.read(); ; frame = client.read()) {
          if (frame.opcode() == RawWebSocket.CLOSE) {
            code.complete(frame.closeCode());
            return;
          }
          received.add(frame.text());
          onMessage.run();
        }
      } catch (Exception failure) {
        code.completeExceptionally(failure);
      }
    }
  }

  private final Gimlet app = Gimlet.bare();
  private final Room room = app.room("news");
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Throwable> refusals = ConcurrentHashMap.newKeySet();

  @Test
  void deliversWhatItHasAcknowledgedAndRefusesTheRest() throws Exception {
    RunningServer server = app.ws("/news", joining()).start(0);
    Semaphore pace = new Semaphore(4 * PUBLISHERS); // so many may be on their way
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      Runnable slowingDown = i == 0 ? pace::release : () -> {};
      readers.add(new Reader(RawWebSocket.connect(server.port(), "/news"), slowingDown));
    }
    CountDownLatch running = new CountDownLatch(5 * PUBLISHERS);
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < PUBLISHERS; i++) {
      String name = "publisher " + i;
      publishers.add(Thread.startVirtualThread(() -> publish(name, pace, running)));
    }
    running.await();

    Instant told = Instant.now();
    server.close(Duration.ofSeconds(5));
    Duration took = Duration.between(told, Instant.now());

    pace.release(1_000_000);
    for (Thread publisher : publishers) {
      publisher.join();
    }
    assertThat(readers)
        .allSatisfy(reader -> {
          assertThat(reader.code.join()).isEqualTo(CloseStatus.GOING_AWAY.code());
          assertThat(reader.received).isEqualTo(acknowledged);
        });
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(5 * PUBLISHERS);
    assertThat(refusals).isNotEmpty().allMatch(BrokerException.class::isInstance);
    assertThat(took).isLessThan(Duration.ofMillis(7500)); // 5 s, and 2 for the event loops
  }

  private WebSocketListener joining() {
    return new WebSocketListener() {
      @Override
      public void onOpen(WebSocketConnection connection) {
        room.join(connection);
      }
    };
  }

  /// Publishes until that is refused.
  private void publish(String name, Semaphore pace, CountDownLatch running) {
    for (int number = 0; ; number++) {
      pace.acquireUninterruptibly();
      String message = name + ", " + number;
      try {
        room.publish(message).join();
        acknowledged.add(message);
        running.countDown();
      } catch (CompletionException refused) {
        refusals.add(refused.getCause());
        return;
      }
    }
  }
}
