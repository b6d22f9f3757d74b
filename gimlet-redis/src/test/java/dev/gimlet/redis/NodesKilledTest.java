package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.room.Member;
import dev.gimlet.room.Room;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.room.Rooms;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.testing.RedisProcess;
import dev.gimlet.websocket.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nodes die while publishing goes on; their members come back elsewhere, with their positions.
///
/// A checker that knows nothing of Gimlet's parts counts what is lost, repeated or out of order.
/// 2,000 publications every day, 20,000 with `-Predis`.
@Timeout(600)
class NodesKilledTest {

  private static final int PUBLICATIONS = Boolean.getBoolean("gimlet.redis") ? 20_000 : 2_000;
  private static final int WINDOW = 50;
  private static final int CLIENTS = 30;
  private static final int NODES = 3;
  private static final Duration AGE = Duration.ofMinutes(10);

  @Test
  void losesRepeatsAndReordersNothing() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        ExecutorService loop = Executors.newSingleThreadExecutor()) {
      List<Server> servers = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        servers.add(new Server(redis));
      }
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new Client(loop));
        clients.getLast().join(servers.get(i % NODES));
      }

      Map<String, Position> acknowledged = publish(servers, clients, redis);

      for (Client client : clients) {
        Await.until("all arrived", () -> client.ids().containsAll(acknowledged.keySet()));
        check(client, acknowledged);
      }
      assertThat(acknowledged).hasSizeGreaterThan(PUBLICATIONS * 95 / 100);
      for (Server server : servers) {
        server.close();
      }
    }
  }

  /// Publishes through all nodes in turn; a node dies after each third. What a dead node has not
  /// acknowledged is unknown: it may arrive.
  private static Map<String, Position> publish(
      List<Server> servers, List<Client> clients, RedisProcess redis) throws Exception {
    Map<String, Position> acknowledged = new LinkedHashMap<>();
    int killed = 0;
    for (int start = 0; start < PUBLICATIONS; start += WINDOW) {
      Map<String, CompletableFuture<Published>> sent = new LinkedHashMap<>();
      for (int i = start; i < start + WINDOW; i++) {
        sent.put("" + i, servers.get(i % NODES).publish("" + i));
      }
      if (killed < 2 && start >= PUBLICATIONS * (killed + 1) / 3) {
        kill(servers, killed, clients, redis);
        killed++;
      }
      for (Map.Entry<String, CompletableFuture<Published>> each : sent.entrySet()) {
        try {
          acknowledged.put(each.getKey(), Await.result(each.getValue()).position().orElseThrow());
        } catch (ExecutionException unknown) {
          // of a node that was killed
        }
      }
    }
    return acknowledged;
  }

  private static void kill(
      List<Server> servers, int index, List<Client> clients, RedisProcess redis) throws Exception {
    Server dead = servers.get(index);
    dead.kill();
    Server elsewhere = servers.get((index + 1) % NODES);
    for (Client client : clients) {
      if (client.isAt(dead)) {
        client.join(elsewhere);
      }
    }
    dead.close();
    servers.set(index, new Server(redis));
  }

  private static void check(Client client, Map<String, Position> acknowledged) {
    List<Publication> received = List.copyOf(client.received);
    Set<String> seen = new HashSet<>();
    @Nullable Position last = null;
    for (Publication publication : received) {
      String id = id(publication);
      Position position = publication.position().orElseThrow();
      assertThat(seen.add(id)).as("%s once", id).isTrue();
      assertThat(position).as(id).isEqualTo(acknowledged.getOrDefault(id, position));
      if (last != null) {
        assertThat(position.epoch()).isEqualTo(last.epoch());
        assertThat(position.offset()).isEqualTo(last.offset() + 1);
      }
      last = position;
    }
    assertThat(client.lost).isEmpty();
  }

  private static String id(Publication publication) {
    return ((Text) publication.message()).value();
  }

  /// A node with rooms, and a network of its own.
  private static final class Server implements AutoCloseable {

    final FaultProxy proxy;
    final Rooms rooms;
    final Room room;

    Server(RedisProcess redis) throws Exception {
      proxy = FaultProxy.to(redis.port());
      RedisBroker broker = RedisBroker.connect("redis://127.0.0.1:" + proxy.port());
      rooms = Rooms.create(broker, broker.presence(), ServerEvents.NONE);
      rooms.options("lobby", RoomOptions.builder().history(PUBLICATIONS + WINDOW, AGE).build());
      room = rooms.room("lobby");
      Await.until("started", () -> isStarted(broker));
    }

    /// The first use starts it.
    private boolean isStarted(RedisBroker broker) {
      room.history(0);
      return broker.isReady();
    }

    CompletableFuture<Published> publish(String id) {
      return room.publish(Text.of(id), PublishOptions.NONE.idempotencyKey(id));
    }

    /// From now on nothing gets in or out.
    void kill() throws IOException {
      proxy.refuse();
      proxy.reset();
    }

    @Override
    public void close() throws IOException {
      rooms.close();
      proxy.close();
    }
  }

  /// A member that comes back; what it has received is written down across its lives.
  private static final class Client {

    final List<Publication> received = new CopyOnWriteArrayList<>();
    final List<String> lost = new CopyOnWriteArrayList<>();
    private final Executor loop;
    private @Nullable Server server;
    private volatile @Nullable Life life;

    Client(Executor loop) {
      this.loop = loop;
    }

    boolean isAt(Server other) {
      return server == other;
    }

    Set<String> ids() {
      Set<String> ids = new HashSet<>();
      received.forEach(it -> ids.add(id(it)));
      return ids;
    }

    void join(Server next) throws Exception {
      server = next;
      var fresh = new Life();
      life = fresh; // what the one before still brings is not received
      CompletableFuture<Void> passed = new CompletableFuture<>();
      loop.execute(() -> passed.complete(null));
      Await.result(passed);
      if (received.isEmpty()) {
        Position begin = Await.result(next.room.history(0)).top();
        Await.result(next.room.join(fresh, begin));
      } else {
        Await.result(next.room.join(fresh, received.getLast().position().orElseThrow()));
      }
    }

    private final class Life implements Member {

      @Override
      public Present present() {
        return new Present("m" + System.identityHashCode(this), "user");
      }

      @Override
      public Executor eventLoop() {
        return loop;
      }

      @Override
      public void deliver(Publication publication) {
        if (life == this) {
          received.add(publication);
        }
      }

      @Override
      public void onPositionLost(Position top, String reason) {
        if (life == this) {
          lost.add(reason);
        }
      }
    }
  }
}
