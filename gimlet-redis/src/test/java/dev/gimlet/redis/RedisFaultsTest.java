package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.room.Member;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.testing.Faults;
import dev.gimlet.testing.RedisProcess;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Text;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What happens to rooms when Redis is killed, frozen, emptied or set back, or cannot be reached.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
@Slow
class RedisFaultsTest {

  private static final Duration FAILS_WITHIN = Duration.ofSeconds(5);
  private static final Duration FOUND_WITHIN = Duration.ofSeconds(20);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(5);

  @Test
  void startsWithoutRedisAndSaysSoOnce() throws Exception {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.kill();
      try (Node node = Node.start(RedisBroker.builder(redis.uri()))) {
        CompletableFuture<Void> subscribed = node.broker.subscribe("lobby", Node.KEPT);
        assertThat(Await.failure(subscribed))
            .isInstanceOf(BrokerException.class)
            .hasMessageContaining("cannot be reached")
            .hasMessageContaining("127.0.0.1:" + redis.port());
        assertThat(Await.failure(node.send("lobby", "a", Node.KEPT)))
            .isInstanceOf(BrokerException.class);
        String place = "Redis at 127.0.0.1:" + redis.port();
        assertThat(node.away).containsExactly(place + ": is it running?");
        Await.until(
            "asked whether it is running",
            () ->
                (place + " cannot be reached: is it running?")
                    .equals(Await.failure(node.send("lobby", "a", Node.KEPT)).getMessage()));
        Await.until("some attempts", () -> node.broker.figures().attempts() > 5);
        assertThat(node.broker.isReady()).isFalse();

        redis.restart();

        Await.within(BACK_WITHIN, "back", () -> node.back.size() == 1);
        node.publish("lobby", "b");
        assertThat(node.next()).isEqualTo("b");
        assertThat(node.away).hasSize(1);
      }
    }
  }

  @Test
  void givesWhatIsPublishedToOneWhoJoinedWithHistoryWhileRedisWasAway() throws Exception {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.kill();
      Gimlet app =
          Gimlet.create(ServerOptions.builder().broker(RedisBroker.connect(redis.uri())).build());
      app.rooms("lobby", RoomOptions.builder().history(Node.KEPT.size(), Node.KEPT.age()).build());
      try (ExecutorService loop = Executors.newSingleThreadExecutor();
          RunningServer _ = app.start(0)) {
        var member = new Listener(loop);
        CompletableFuture<History> joined = app.room("lobby").joinWithHistory(member, 10);
        assertThat(Await.failure(joined)).isInstanceOf(BrokerException.class);

        redis.restart();
        try (Node publisher = Node.ready(redis.uri())) {
          publisher.publish("lobby", "a");
          Await.until("the first", () -> member.texts.equals(List.of("a")));
          publisher.publish("lobby", "b");
          Await.until("what is live", () -> member.texts.equals(List.of("a", "b")));
        }
      }
    }
  }

  /// A member that writes down what it gets.
  private static final class Listener implements Member {

    final List<String> texts = new CopyOnWriteArrayList<>();
    private final Executor eventLoop;

    Listener(Executor eventLoop) {
      this.eventLoop = eventLoop;
    }

    @Override
    public Present present() {
      return new Present("listener", "ann");
    }

    @Override
    public Executor eventLoop() {
      return eventLoop;
    }

    @Override
    public void deliver(Publication publication) {
      texts.add(((Text) publication.message()).value());
    }
  }

  @Test
  void losesNothingThatWasAcknowledgedWhenRedisIsKilledTwice() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node one = Node.ready(redis.uri());
        Node two = Node.ready(redis.uri())) {
      one.subscribe("lobby");
      two.subscribe("lobby");
      List<String> acknowledged = new ArrayList<>();
      int rounds = Faults.of(6, 200); // of 100 publications
      for (int round = 0; round < rounds; round++) {
        int start = round * 100;
        List<CompletableFuture<Published>> sent =
            IntStream.range(start, start + 100)
                .mapToObj(i -> one.send("lobby", "" + i, Node.KEPT))
                .toList();
        if (round == rounds / 3 || round == rounds * 2 / 3) {
          Await.result(sent.getFirst());
          redis.kill(); // while the others are on their way
          redis.restart();
        }
        for (int i = 0; i < sent.size(); i++) {
          if (isDone(sent.get(i))) {
            acknowledged.add("" + (start + i));
          }
        }
        Await.until("ready again", one.broker::isReady);
      }

      for (Node node : List.of(one, two)) {
        Await.until("all arrived", () -> new HashSet<>(node.all()).containsAll(acknowledged));
        assertThat(node.all()).doesNotHaveDuplicates();
        assertThat(node.lost).isEmpty();
        assertContiguous(node);
      }
      assertThat(acknowledged).hasSizeGreaterThan(rounds * 100 - 200);
      Faults.note(
          "Redis killed twice, %,d publications, %,d acknowledged: 0 of those lost, 0 repeated"
              .formatted(rounds * 100, acknowledged.size()));
    }
  }

  @Test
  void failsFastWhileRedisIsFrozenAndCatchesUpAfterwards() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      node.subscribe("lobby");
      node.publish("lobby", "before");
      redis.freeze();
      long frozen = System.nanoTime();

      assertThat(lose(node))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("did not answer in time");
      assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isLessThan(FAILS_WITHIN);
      Faults.note("Redis frozen: the first publish failed after %,d ms".formatted(millis(frozen)));
      Await.within(FOUND_WITHIN, "found", () -> !node.broker.isReady());
      Faults.note("Redis frozen: found after %,d ms".formatted(millis(frozen)));
      Await.within(
          FOUND_WITHIN, "refused", () -> lose(node).toString().contains("cannot be reached"));
      long refused = System.nanoTime();
      assertThat(Await.failure(node.send("lobby", "refused", Node.KEPT)))
          .hasMessageContaining("cannot be reached");
      assertThat(Duration.ofNanos(System.nanoTime() - refused)).isLessThan(Duration.ofSeconds(1));
      long frozenNanos = Duration.ofSeconds(Faults.of(0, 30)).toNanos();
      Await.within(Await.LONG, "long enough", () -> System.nanoTime() - frozen > frozenNanos);
      redis.thaw();
      long thawed = System.nanoTime();

      Await.within(BACK_WITHIN, "back", node.broker::isReady);
      node.publish("lobby", "after");
      Await.until("after", () -> node.all().contains("after"));
      Faults.note("Redis frozen 30 s: caught up %,d ms after its return".formatted(millis(thawed)));
      assertThat(node.all()).contains("before").doesNotContain("refused");
      assertContiguous(node);
    }
  }

  @Test
  void boundsWhatWaitsForRedis() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.start(RedisBroker.builder(redis.uri()).maxPending(50))) {
      node.awaitReady();
      redis.freeze();
      List<CompletableFuture<Published>> waiting =
          IntStream.range(0, 50).mapToObj(i -> node.send("lobby", "" + i, Node.KEPT)).toList();

      CompletableFuture<Published> refused = node.send("lobby", "too many", Node.KEPT);

      assertThat(refused).isDone();
      assertThat(Await.failure(refused)).hasMessageContaining("too slow: 50 commands wait");
      assertThat(waiting.getFirst()).isNotDone();
      redis.thaw();
    }
  }

  @Test
  void findsADeadConnectionAndCatchesUp() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        Node one = Node.ready(redis.uri());
        Node two = Node.ready("redis://127.0.0.1:" + proxy.port())) {
      two.subscribe("lobby");
      one.publish("lobby", "a");
      two.next();

      proxy.blackhole();
      one.publish("lobby", "b");
      Await.within(FOUND_WITHIN, "found", () -> !two.broker.isReady());
      one.publish("lobby", "c");
      proxy.pass();

      Await.within(BACK_WITHIN, "caught up", () -> two.publications.size() == 3);
      assertThat(two.all()).containsExactly("a", "b", "c");
      assertThat(two.lost).isEmpty();
    }
  }

  @Test
  void findsThatOnlyItsChannelsAreDead() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        Node one = Node.ready(redis.uri());
        Node two = Node.ready("redis://127.0.0.1:" + proxy.port())) {
      two.subscribe("lobby");
      one.publish("lobby", "a");
      two.next();

      proxy.blackhole("SUBSCRIBE");
      long dead = System.nanoTime();
      one.publish("lobby", "b");
      Await.within(FOUND_WITHIN, "found", () -> !two.away.isEmpty());
      Faults.note("channels dead without a sign: found after %,d ms".formatted(millis(dead)));
      one.publish("lobby", "c");

      Await.within(BACK_WITHIN, "caught up", () -> two.publications.size() == 3);
      assertThat(two.all()).containsExactly("a", "b", "c");
      assertThat(two.lost).isEmpty();
    }
  }

  @Test
  void readsWhatWasMissedWhenOnlyItsChannelsAreCut() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node one = Node.ready(redis.uri());
        Node two = Node.ready(redis.uri())) {
      two.subscribe("lobby");
      for (int round = 0; round < 5; round++) {
        List<CompletableFuture<Published>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          sent.add(one.send("lobby", round + " " + i, Node.KEPT));
        }
        redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        for (CompletableFuture<Published> each : sent) {
          Await.result(each);
        }
      }

      Await.until("all arrived", () -> two.publications.size() >= 500);

      assertThat(two.publications).hasSize(500);
      assertContiguous(two);
    }
  }

  @Test
  void findsThatTheLastOneIsMissing() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node =
            Node.start(RedisBroker.builder(redis.uri()).positionInterval(Duration.ofMillis(200)))) {
      node.awaitReady();
      node.subscribe("lobby");
      node.publish("lobby", "a");
      node.next();

      storeWithoutPublishing(redis, "lobby");

      Await.within(BACK_WITHIN, "found", () -> node.publications.size() == 2);
      assertContiguous(node);
    }
  }

  @Test
  void tellsEveryoneThatRedisWasSetBack() throws Exception {
    try (RedisProcess redis = RedisProcess.startWithSnapshots();
        Node one = Node.ready(redis.uri());
        Node two = Node.ready(redis.uri())) {
      one.subscribe("lobby");
      two.subscribe("lobby");
      one.publish("lobby", "kept");
      redis.command("SAVE");
      for (int i = 0; i < 4; i++) {
        one.publish("lobby", "rolled back " + i);
      }
      Position seen = one.position("lobby", "rolled back 4");
      Await.until("all arrived", () -> one.all().size() == 6 && two.all().size() == 6);

      redis.kill();
      redis.restart();
      Await.until("ready", () -> one.broker.isReady() && two.broker.isReady());
      for (int i = 0; i < 10; i++) {
        one.publish("lobby", "after " + i);
      }

      Await.until("told", () -> !one.lost.isEmpty() && !two.lost.isEmpty());
      for (Node node : List.of(one, two)) {
        Await.until("goes on", () -> node.all().contains("after 9"));
        assertThat(node.lost).hasSize(1);
        assertThat(node.tops.getFirst().epoch()).isNotEqualTo(seen.epoch());
      }
      assertThat(Await.result(one.broker.recover("lobby", seen, Node.KEPT)))
          .isInstanceOf(NotRecovered.class);
    }
  }

  @Test
  void doesNotRecoverFromWhatWasRolledBackThoughOffsetsHaveGrownAgain() throws Exception {
    try (RedisProcess redis = RedisProcess.startWithSnapshots();
        Node node = Node.ready(redis.uri())) {
      node.publish("lobby", "kept");
      redis.command("SAVE");
      Position seen = node.position("lobby", "rolled back");
      redis.kill();
      redis.restart();
      Await.until("ready", node.broker::isReady);

      Position first = node.position("lobby", "in its place");
      node.publish("lobby", "after");

      assertThat(first.offset()).isEqualTo(seen.offset());
      assertThat(first.epoch()).isEqualTo(seen.epoch());
      assertThat(Await.result(node.broker.recover("lobby", seen, Node.KEPT)))
          .isInstanceOf(NotRecovered.class);
    }
  }

  @Test
  void tellsEveryoneThatRedisWasEmptied() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node one = Node.ready(redis.uri());
        Node two = Node.ready(redis.uri())) {
      one.subscribe("lobby");
      two.subscribe("lobby");
      Position before = one.position("lobby", "a");

      redis.command("FLUSHALL");
      Position after = one.position("lobby", "b");

      assertThat(after.offset()).isEqualTo(1);
      assertThat(after.epoch()).isNotEqualTo(before.epoch());
      for (Node node : List.of(one, two)) {
        Await.until("told", () -> node.lost.size() == 1);
        assertThat(node.tops).containsExactly(after);
      }
    }
  }

  @Test
  void tellsEveryRoomThatRedisWasSetBackThoughNobodyPublishes() throws Exception {
    try (RedisProcess redis = RedisProcess.startWithSnapshots();
        Node one = Node.ready(redis.uri());
        Node two = Node.ready(redis.uri())) {
      List<String> rooms = subscribe(Faults.of(50, 2_000), one, two);
      publishInEach(rooms, "kept", one);
      redis.command("SAVE");
      publishInEach(rooms, "rolled back", one);
      Await.until("all arrived", () -> two.publications.size() == 2 * rooms.size());

      redis.kill();
      redis.restart();

      assertAllAreTold(rooms, "set back", one, two);
    }
  }

  @Test
  void tellsEveryRoomThatRedisWasEmptiedThoughNobodyPublishes() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node one = Node.ready(redis.uri());
        Node two = Node.ready(redis.uri())) {
      List<String> rooms = subscribe(Faults.of(50, 2_000), one, two);
      publishInEach(rooms, "kept", one);
      Await.until("all arrived", () -> two.publications.size() == rooms.size());

      redis.command("FLUSHALL");

      assertAllAreTold(rooms, "emptied", one, two);
    }
  }

  private static List<String> subscribe(int rooms, Node... nodes) throws Exception {
    List<String> names = IntStream.range(0, rooms).mapToObj(i -> "room " + i).toList();
    for (Node node : nodes) {
      untilDone(names, name -> node.broker.subscribe(name, Node.KEPT));
    }
    return names;
  }

  private static void publishInEach(List<String> rooms, String text, Node node) throws Exception {
    PublishOptions once = PublishOptions.NONE.idempotencyKey(text);
    untilDone(rooms, room -> node.broker.publish(room, Text.of(text), once, Node.KEPT));
  }

  /// Does it for all, a few at once, and again for those that Redis was too slow for.
  private static void untilDone(List<String> rooms, Function<String, CompletableFuture<?>> what)
      throws Exception {
    var rest = new ArrayDeque<>(rooms);
    while (!rest.isEmpty()) {
      Map<String, CompletableFuture<?>> underWay = new HashMap<>();
      while (underWay.size() < 50 && !rest.isEmpty()) {
        String room = rest.poll();
        underWay.put(room, what.apply(room));
      }
      for (var each : underWay.entrySet()) {
        try {
          Await.result(each.getValue());
        } catch (ExecutionException slow) {
          rest.add(each.getKey());
        }
      }
    }
  }

  private static void assertAllAreTold(List<String> rooms, String what, Node... nodes)
      throws Exception {
    long since = System.nanoTime();
    for (Node node : nodes) {
      Await.within(FOUND_WITHIN, "told", () -> node.lost.size() >= rooms.size());
    }
    Faults.note("%,d rooms %s: all told after %,d ms".formatted(rooms.size(), what, millis(since)));
    for (Node node : nodes) {
      assertThat(node.lostRooms).containsExactlyInAnyOrderElementsOf(rooms);
    }
  }

  @Test
  void survivesTheLossOfEachKeyAlone() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      node.subscribe("lobby");
      Position first = node.position("lobby", "a");

      redis.command("DEL", "gimlet:{lobby}:stream");
      Position second = node.position("lobby", "b");
      assertThat(second.offset()).isEqualTo(2);
      assertThat(node.next() + node.next()).isEqualTo("ab");
      assertThat(Await.result(node.broker.recover("lobby", first, Node.KEPT)).top())
          .isEqualTo(second);
      assertThat(
              Await.result(node.broker.recover("lobby", Position.of(first.epoch(), 0), Node.KEPT)))
          .isInstanceOf(NotRecovered.class);
      assertThat(node.lost).isEmpty();

      redis.command("DEL", "gimlet:{lobby}:state");
      Position third = node.position("lobby", "c");
      assertThat(third.offset()).isEqualTo(1);
      Await.until("told", () -> node.lost.size() == 1);
    }
  }

  @Test
  void forgetsTheMembersOfADeadNode() throws Exception {
    var brief = Duration.ofSeconds(1);
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        Node alive = Node.start(RedisBroker.builder(redis.uri()).presenceTtl(brief));
        Node dead =
            Node.start(
                RedisBroker.builder("redis://127.0.0.1:" + proxy.port()).presenceTtl(brief))) {
      alive.awaitReady();
      dead.awaitReady();
      Await.result(alive.broker.presence().enter("lobby", new Present("1", "ann")));
      Await.result(dead.broker.presence().enter("lobby", new Present("2", "bob")));
      assertThat(count(alive)).isEqualTo(2);

      proxy.blackhole();

      Await.until("one left", () -> count(alive) == 1);
      assertThat(Await.result(alive.broker.presence().presence("lobby", 10)).members())
          .containsExactly(new Present("1", "ann"));
    }
  }

  @Test
  void putsPresenceRightAfterRedisWasEmptied() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node =
            Node.start(RedisBroker.builder(redis.uri()).presenceTtl(Duration.ofSeconds(1)))) {
      node.awaitReady();
      for (int i = 0; i < 10; i++) {
        Await.result(node.broker.presence().enter("lobby", new Present("" + i, "ann")));
      }

      redis.command("FLUSHALL");

      Await.until("all there again", () -> count(node) == 10);
    }
  }

  @Test
  void removesItsMembersWhenItCloses() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node other = Node.ready(redis.uri())) {
      try (Node node = Node.ready(redis.uri())) {
        Await.result(node.broker.presence().enter("lobby", new Present("1", "ann")));
        assertThat(count(other)).isEqualTo(1);
      }

      assertThat(count(other)).isZero();
    }
  }

  @Test
  void subscribesThousandsOfRoomsAgain() throws Exception {
    int rooms = 2_000;
    try (RedisProcess redis = RedisProcess.start();
        Node one = Node.ready(redis.uri());
        Node two = Node.ready(redis.uri())) {
      subscribe(rooms, two);
      redis.kill();
      redis.restart();
      Await.until("ready", () -> one.broker.isReady() && two.broker.isReady());

      one.publish("room 0", "a");
      one.publish("room 1999", "b");

      assertThat(List.of(two.next(), two.next())).containsExactlyInAnyOrder("a", "b");
      assertThat(two.lost).isEmpty();
    }
  }

  /// Publishes what may arrive or not.
  private static Throwable lose(Node node) throws Exception {
    return Await.failure(node.send("lobby", "lost", Node.KEPT));
  }

  private static long millis(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toMillis();
  }

  private static int count(Node node) throws Exception {
    return Await.result(node.broker.presence().presence("lobby", 10)).count();
  }

  private static boolean isDone(CompletableFuture<?> future) throws Exception {
    try {
      Await.result(future);
      return true;
    } catch (ExecutionException refused) {
      assertThat(refused).hasCauseInstanceOf(BrokerException.class);
      return false;
    }
  }

  private static void assertContiguous(Node node) {
    long first = node.publications.getFirst().position().orElseThrow().offset();
    assertThat(node.publications)
        .map(it -> it.position().orElseThrow().offset())
        .isEqualTo(IntStream.range(0, node.publications.size()).mapToObj(i -> first + i).toList());
  }

  /// The script itself, with a harmless command in the place of PUBLISH.
  private static void storeWithoutPublishing(RedisProcess redis, String room) throws Exception {
    RoomKeys keys = RoomKeys.of("gimlet", room);
    var body =
        new String(
            Envelope.body(
                dev.gimlet.websocket.Text.of("quiet"), dev.gimlet.spi.PublishOptions.NONE),
            java.nio.charset.StandardCharsets.UTF_8);
    redis.command(
        "EVAL",
        new String(Script.PUBLISH.source(), java.nio.charset.StandardCharsets.UTF_8),
        "2",
        keys.state(),
        keys.stream(),
        "e",
        "abc",
        "1000",
        "60000",
        "60000",
        "EXISTS",
        keys.channel(),
        body,
        "60000");
  }
}
