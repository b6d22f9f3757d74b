package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.redis.RedisBroker;
import dev.gimlet.server.EventReader.Event;
import dev.gimlet.spi.BrokerListener;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Publication;
import dev.gimlet.testing.Faults;
import dev.gimlet.testing.RedisProcess;
import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nodes are killed while publishing goes on; their clients come back to others, with the last
/// position they have seen.
///
/// Three JVMs, killed with `kill -9`. A checker that knows only what goes over the network counts
/// what is lost, repeated or out of order. 2,000 publications usually, 20,000 with `-Pfaults`.
@Timeout(600)
@Slow
class NodesKilledTest {

  private static final int PUBLICATIONS = Faults.of(2_000, 20_000);
  private static final int PUBLISHERS = 8;
  private static final int CLIENTS = 30;
  private static final int NODES = 3;
  private static final int KILLS = 2;
  private static final int PRESENCE_SECONDS = Faults.of(3, 60);
  private static final String PUBLISHED = "\"position\":\"";

  private final AtomicReferenceArray<NodeProcess> nodes = new AtomicReferenceArray<>(NODES);
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>(); // text to position
  private final AtomicInteger next = new AtomicInteger();
  private final List<Client> clients = new ArrayList<>();
  private final CountDownLatch connected = new CountDownLatch(CLIENTS);

  @Test
  void losesRepeatsAndReordersNothing() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        startNodes(redis, threads);
        for (int i = 0; i < CLIENTS; i++) {
          Client client = new Client(i % NODES);
          clients.add(client);
          threads.execute(client::listen);
        }
        assertThat(connected.await(60, TimeUnit.SECONDS)).isTrue();
        long start = System.nanoTime();

        List<Future<?>> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
          int at = i;
          publishers.add(threads.submit(() -> publish(at)));
        }
        for (int killed = 0; killed < KILLS; killed++) {
          awaitAcknowledged(PUBLICATIONS * (killed + 1) / (KILLS + 1));
          kill(killed, redis);
        }
        for (Future<?> publisher : publishers) {
          publisher.get(300, TimeUnit.SECONDS);
        }

        for (Client client : clients) {
          client.awaitAll();
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        clients.forEach(this::check);
        assertNoGhosts(redis);
        int returns = clients.stream().mapToInt(client -> client.connections.get() - 1).sum();
        assertThat(returns).isGreaterThanOrEqualTo(KILLS * CLIENTS / NODES);
        Faults.note(
            "%d nodes, %d killed, %,d publications to %d clients in %,d ms, %d returns: none lost, repeated or out of order"
                .formatted(NODES, KILLS, PUBLICATIONS, CLIENTS, millis, returns));
      } finally {
        clients.forEach(Client::stop);
        for (int i = 0; i < NODES; i++) {
          NodeProcess node = nodes.get(i);
          if (node != null) {
            node.close();
          }
        }
      }
    }
  }

  private void startNodes(RedisProcess redis, ExecutorService threads) throws Exception {
    List<Future<NodeProcess>> starting = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      starting.add(threads.submit(() -> start(redis)));
    }
    for (int i = 0; i < NODES; i++) {
      nodes.set(i, starting.get(i).get(60, TimeUnit.SECONDS));
    }
  }

  private static NodeProcess start(RedisProcess redis) throws Exception {
    return NodeProcess.start(
        RoomNode.class, redis.uri(), "" + (PUBLICATIONS + 100), "" + PRESENCE_SECONDS);
  }

  /// Publishes until all are; what was not acknowledged is tried again elsewhere, with its key.
  private void publish(int at) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      int node = at % NODES;
      for (int i = next.getAndIncrement(); i < PUBLICATIONS; i = next.getAndIncrement()) {
        String text = "m" + i;
        while (!acknowledged.containsKey(text)) {
          if (!isTaken(http, nodes.get(node), text)) {
            node = (node + 1) % NODES;
          }
        }
      }
    }
  }

  private boolean isTaken(HttpClient http, NodeProcess node, String text) {
    HttpRequest request =
        HttpRequest.newBuilder(node.http("/rooms/lobby"))
            .header("Idempotency-Key", text)
            .timeout(Duration.ofSeconds(10))
            .POST(BodyPublishers.ofString(text))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        return false;
      }
      int begin = answer.body().indexOf(PUBLISHED) + PUBLISHED.length();
      acknowledged.put(text, answer.body().substring(begin, answer.body().indexOf('"', begin)));
      return true;
    } catch (IOException killed) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      return false;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private void awaitAcknowledged(int count) {
    while (acknowledged.size() < count) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private void kill(int index, RedisProcess redis) throws Exception {
    nodes.get(index).kill();
    nodes.set(index, start(redis));
  }

  private void check(Client client) {
    List<Event> received = client.received;
    Map<String, String> positions = new HashMap<>();
    Position last = client.start;
    for (Event event : received) {
      Position position = Position.parse(event.id());
      assertThat(positions.put(event.data(), event.id())).as("%s once", event.data()).isNull();
      assertThat(position.epoch()).isEqualTo(last.epoch());
      assertThat(position.offset()).as(event.data()).isEqualTo(last.offset() + 1);
      last = position;
    }
    assertThat(client.notRecovered).isEmpty();
    assertThat(positions).isEqualTo(acknowledged);
  }

  /// Within the time that presence outlives a node, only those who are there are shown.
  private static void assertNoGhosts(RedisProcess redis) throws Exception {
    try (RedisBroker broker = RedisBroker.connect(redis.uri())) {
      broker.start(new Deaf());
      while (!broker.isReady()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PRESENCE_SECONDS + 1);
      int count = 0;
      while (count != CLIENTS && System.nanoTime() < end) {
        count = broker.presence().presence("lobby", 1).get().count();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
      assertThat(count).isEqualTo(CLIENTS);
    }
  }

  /// Hears nothing.
  private static final class Deaf implements BrokerListener {

    @Override
    public void onPublication(String room, Publication publication) {}

    @Override
    public void onNotice(String room, PresenceNotice notice) {}

    @Override
    public void onBrokerAway(String reason) {}

    @Override
    public void onBrokerBack() {}

    @Override
    public void onPositionLost(String room, Position top, String reason) {}
  }

  /// Listens to its node once that is ready, and when it dies, to the next one, from the last id
  /// that it has seen.
  private final class Client {

    final List<Event> received = new ArrayList<>();
    final List<String> notRecovered = new CopyOnWriteArrayList<>();
    Position start = Position.NONE;
    final AtomicInteger connections = new AtomicInteger();
    private final Set<String> texts = ConcurrentHashMap.newKeySet();
    private final int fewestConnections;
    private int node;
    private String lastId = "";
    private volatile boolean isStopped;

    Client(int node) {
      this.node = node;
      this.fewestConnections = node < KILLS ? 2 : 1;
    }

    void listen() {
      while (!isStopped) {
        try (EventReader reader = open()) {
          connections.incrementAndGet();
          while (!isStopped) {
            take(reader.next());
          }
        } catch (Exception | AssertionError ended) {
          node = lastId.isEmpty() ? node : (node + 1) % NODES;
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
      }
    }

    private EventReader open() throws Exception {
      NodeProcess target = nodes.get(node);
      if (!lastId.isEmpty()) {
        return EventReader.open(target.http("/rooms/lobby/events"), "Last-Event-ID", lastId);
      }
      EventReader reader = EventReader.open(target.http("/rooms/lobby/events"));
      lastId = reader.firstId();
      start = Position.parse(lastId);
      connected.countDown();
      return reader;
    }

    private void take(Event event) {
      lastId = event.id();
      if (event.type().equals("message")) {
        received.add(event);
        texts.add(event.data());
      } else {
        notRecovered.add(event.data());
      }
    }

    void awaitAll() {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (texts.size() < PUBLICATIONS || connections.get() < fewestConnections) {
        assertThat(System.nanoTime())
            .as("%d arrived over %d connections", texts.size(), connections.get())
            .isLessThan(end);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }

    void stop() {
      isStopped = true;
    }
  }
}
