package dev.gimlet.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.spi.Retention;
import dev.gimlet.testing.RedisCluster;
import dev.gimlet.testing.RedisProcess;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rooms through a Redis Cluster with sharded channels: real processes, three masters.
@Timeout(90)
@Slow
class RedisClusterTest {

  /// So that nothing is found by chance: no position check happens in a test.
  private static final Duration RARELY = Duration.ofSeconds(60);

  private static RedisCluster cluster;

  private Node one;
  private Node two;

  @BeforeAll
  static void startCluster() throws Exception {
    assumeTrue(RedisProcess.isInstalled(7) || RedisProcess.isRequired());
    cluster = RedisCluster.start();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void startNodes() throws Exception {
    for (RedisProcess master : cluster.masters()) {
      master.command("FLUSHALL");
    }
    one = start(cluster);
    two = start(cluster);
  }

  private static Node start(RedisCluster cluster) throws Exception {
    Node node = Node.start(RedisBroker.builder(cluster.uri()).positionInterval(RARELY));
    node.awaitReady();
    return node;
  }

  @AfterEach
  void stopNodes() {
    one.close();
    two.close();
  }

  @Test
  void carriesRoomsOfAllShards() throws Exception {
    List<String> rooms = IntStream.range(0, 30).mapToObj(i -> "room " + i).toList();
    for (String room : rooms) {
      Await.result(two.broker.subscribe(room, retention(room)));
    }

    List<CompletableFuture<Published>> sent =
        rooms.stream().map(room -> one.send(room, "in " + room, retention(room))).toList();
    for (CompletableFuture<Published> each : sent) {
      Await.result(each);
    }

    Await.until("all arrived", () -> two.publications.size() == rooms.size());
    assertThat(two.all())
        .containsExactlyInAnyOrderElementsOf(rooms.stream().map(it -> "in " + it).toList());
    for (RedisProcess master : cluster.masters()) {
      assertThat(master.command("PUBSUB", "SHARDCHANNELS")).contains("gimlet:{room ");
    }
  }

  @Test
  void isDrainedWhenAllShardsHaveBroughtWhatWasPublished() throws Exception {
    List<String> rooms = IntStream.range(0, 30).mapToObj(i -> "room " + i).toList();
    for (String room : rooms) {
      Await.result(two.broker.subscribe(room, Retention.NONE));
    }
    two.patience = new CompletableFuture<>();
    List<CompletableFuture<Published>> sent =
        IntStream.range(0, 900)
            .mapToObj(i -> one.send("room " + i % 30, "" + i, Retention.NONE))
            .toList();
    for (CompletableFuture<Published> each : sent) {
      Await.result(each);
    }

    CompletableFuture<Void> drained = two.broker.drained();
    assertThat(drained).isNotDone();
    two.patience.complete(null);

    Await.result(drained);
    assertThat(two.publications).hasSize(900);
  }

  /// Half of the rooms keep a history.
  private static Retention retention(String room) {
    return room.hashCode() % 2 == 0 ? Node.KEPT : Retention.NONE;
  }

  @Test
  void keepsTheOrderOfARoom() throws Exception {
    two.subscribe("lobby");
    List<String> texts = IntStream.range(0, 200).mapToObj(i -> "" + i).toList();

    List<CompletableFuture<Published>> sent =
        texts.stream().map(text -> one.send("lobby", text, Node.KEPT)).toList();
    for (CompletableFuture<Published> each : sent) {
      Await.result(each);
    }

    Await.until("all arrived", () -> two.publications.size() == texts.size());
    assertThat(two.all()).isEqualTo(texts);
  }

  @Test
  void recoversAndRemembersOnAnyNode() throws Exception {
    PublishOptions once = PublishOptions.NONE.idempotencyKey("k");
    Position first = one.position("lobby", "a");
    one.publish("lobby", "b");
    Published third = Await.result(one.broker.publish("lobby", Text.of("c"), once, Node.KEPT));

    Published again = Await.result(two.broker.publish("lobby", Text.of("c"), once, Node.KEPT));

    assertThat(again.repeated()).isTrue();
    assertThat(again.position()).isEqualTo(third.position());
    assertThat(Await.result(two.broker.history("lobby", 10, Node.KEPT)).publications()).hasSize(3);
    assertThat(Await.result(two.broker.recover("lobby", first, Node.KEPT)))
        .isInstanceOfSatisfying(Recovered.class, it -> assertThat(it.missed()).hasSize(2));
  }

  @Test
  void knowsNodesAndMembers() throws Exception {
    Await.result(one.broker.presence().enter("lobby", new Present("1", "ann")));
    Await.result(two.broker.presence().enter("lobby", new Present("2", "bob")));

    assertThat(Await.result(two.broker.presence().presence("lobby", 10)).members())
        .containsExactlyInAnyOrder(new Present("1", "ann"), new Present("2", "bob"));
    Await.result(one.broker.nodes());
    assertThat(Await.result(two.broker.nodes())).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void followsASlotThatMoves() throws Exception {
    two.subscribe("lobby");
    one.publish("lobby", "a");
    two.next();
    int slot = cluster.slot("{lobby}");
    RedisProcess from = cluster.masterOf(slot);
    RedisProcess to = cluster.masters().get((cluster.masters().indexOf(from) + 1) % 3);

    cluster.moveSlot(slot, from, to);
    try {
      one.publish("lobby", "b");
      assertThat(two.next()).isEqualTo("b");
      Await.until(
          "subscribed there", () -> to.command("PUBSUB", "SHARDCHANNELS").contains("lobby"));
      one.publish("lobby", "c");
      assertThat(two.next()).isEqualTo("c");
      assertThat(two.lost).isEmpty();
      assertThat(two.away).isEmpty();
    } finally {
      cluster.moveSlot(slot, to, from);
    }
  }

  /// Over it a lane learns that its channels are alive.
  @Test
  void staysReadyWhenTheSlotOfALanesOwnChannelMoves() throws Exception {
    String channel = "gimlet:probe:probed:0";
    int slot = cluster.slot(channel);
    RedisProcess from = cluster.masterOf(slot);
    RedisProcess to = cluster.masters().get((cluster.masters().indexOf(from) + 1) % 3);
    RedisBroker.Builder builder =
        RedisBroker.builder(cluster.uri()).node("probed").probeInterval(Duration.ofMillis(500));
    try (Node node = Node.start(builder)) {
      node.awaitReady();
      Await.until("probed here", () -> hasChannel(from, channel));

      cluster.moveSlot(slot, from, to);
      try {
        Await.until("probed there", () -> hasChannel(to, channel));
        assertThat(node.away).isEmpty();
      } finally {
        cluster.moveSlot(slot, to, from);
      }
    }
  }

  private static boolean hasChannel(RedisProcess master, String channel) throws IOException {
    return master.command("PUBSUB", "SHARDCHANNELS").contains(channel);
  }

  @Test
  void publishesWhileASlotIsOnItsWay() throws Exception {
    two.subscribe("lobby");
    one.publish("lobby", "a");
    two.next();
    int slot = cluster.slot("{lobby}");

    beginToMove(slot);
    try {
      one.publish("lobby", "b");
      assertThat(two.next()).isEqualTo("b");
      assertThat(Await.result(two.broker.history("lobby", 10, Node.KEPT)).publications())
          .hasSize(2);
    } finally {
      stay(slot);
    }
  }

  @Test
  void triesAgainWhileAKeyIsNotThereYet() throws Exception {
    one.publish("lobby", "a");
    int slot = cluster.slot("{lobby}");

    // how long it is tried again is short: a slow machine may need more than one attempt
    boolean isTaken = false;
    for (int attempt = 0; attempt < 20 && !isTaken; attempt++) {
      PublishOptions once = PublishOptions.NONE.idempotencyKey("k" + attempt);
      for (RedisProcess master : cluster.masters()) {
        master.command("CONFIG", "RESETSTAT");
      }
      beginToMove(slot);
      CompletableFuture<Published> published;
      try {
        published = one.broker.publish("lobby", Text.of("b"), once, Node.KEPT);
        Await.until("refused", RedisClusterTest::hasRefused);
      } finally {
        stay(slot);
      }
      isTaken = published.handle((_, failure) -> failure == null).get(30, SECONDS);
    }

    assertThat(isTaken).isTrue();
    assertThat(Await.result(one.broker.history("lobby", 30, Node.KEPT)).publications()).hasSize(2);
  }

  private static boolean hasRefused() throws Exception {
    for (RedisProcess master : cluster.masters()) {
      if (master.command("INFO", "errorstats").contains("errorstat_TRYAGAIN")) {
        return true;
      }
    }
    return false;
  }

  private static void beginToMove(int slot) throws Exception {
    RedisProcess from = cluster.masterOf(slot);
    RedisProcess to = cluster.masters().get((cluster.masters().indexOf(from) + 1) % 3);
    to.command("CLUSTER", "SETSLOT", "" + slot, "IMPORTING", from.command("CLUSTER", "MYID"));
    from.command("CLUSTER", "SETSLOT", "" + slot, "MIGRATING", to.command("CLUSTER", "MYID"));
  }

  private static void stay(int slot) throws Exception {
    for (RedisProcess master : cluster.masters()) {
      master.command("CLUSTER", "SETSLOT", "" + slot, "STABLE");
    }
  }

  @Test
  void readsWhatWasMissedWhenTheChannelsOfOneShardAreCut() throws Exception {
    two.subscribe("lobby");
    one.publish("lobby", "a");
    two.next();

    cluster.masterOf(cluster.slot("{lobby}")).command("CLIENT", "KILL", "TYPE", "pubsub");
    one.publish("lobby", "b");
    one.publish("lobby", "c");

    assertThat(List.of(two.next(), two.next())).containsExactly("b", "c");
    assertThat(two.lost).isEmpty();
  }

  @Test
  void goesOnWithTheReplicaOfAMasterThatIsKilled() throws Exception {
    try (RedisCluster own = RedisCluster.start();
        Node publisher = start(own);
        Node subscriber = start(own)) {
      RedisProcess master = own.masters().getFirst();
      String room = roomOf(own, master);
      subscriber.subscribe(room);
      publisher.publish(room, "before");
      subscriber.next();
      Await.until("replicated", () -> master.command("WAIT", "1", "1000").equals("1"));

      master.kill();
      int refused = publishUntilTaken(publisher, room, "after");

      Await.until("after", () -> subscriber.all().contains("after"));
      assertThat(subscriber.all()).containsExactly("before", "after");
      assertThat(subscriber.lost).isEmpty();
      assertThat(refused).isPositive();
      assertThat(RedisCluster.isMaster(own.replica())).isTrue();
      Await.until("ready", () -> publisher.broker.isReady() && subscriber.broker.isReady());
    }
  }

  /// A room whose slot this master has.
  private static String roomOf(RedisCluster cluster, RedisProcess master) throws Exception {
    for (int i = 0; ; i++) {
      if (cluster.masterOf(cluster.slot("{room " + i + "}")) == master) {
        return "room " + i;
      }
    }
  }

  /// Gives how often it was refused.
  private static int publishUntilTaken(Node node, String room, String text) throws Exception {
    for (int refused = 0; ; refused++) {
      try {
        Await.result(
            node.broker.publish(
                room, Text.of(text), PublishOptions.NONE.idempotencyKey(text), Node.KEPT));
        return refused;
      } catch (ExecutionException away) {
        assertThat(away).hasCauseInstanceOf(BrokerException.class);
      }
    }
  }
}
