package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.testing.Faults;
import dev.gimlet.testing.RedisProcess;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Text;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What happens to rooms when Redis is there, but answers otherwise than hoped, or not.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class RedisAnswersTest {

  @Test
  void findsAnotherServerWhenThisOneHasBecomeAReplica() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      node.subscribe("lobby");
      node.publish("lobby", "a");
      redis.command("REPLICAOF", "127.0.0.1", "1");

      assertThat(Await.failure(node.send("lobby", "b", Node.KEPT)))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("read only replica");
      Await.until("away", () -> !node.away.isEmpty());
      redis.command("REPLICAOF", "NO", "ONE");

      node.awaitReady();
      node.publish("lobby", "c");
      assertThat(List.of(node.next(), node.next())).containsExactly("a", "c");
      assertThat(node.lost).isEmpty();
    }
  }

  @Test
  void saysThatRedisIsFullAndStaysConnected() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      node.subscribe("lobby");
      redis.command("CONFIG", "SET", "maxmemory", "1mb");

      assertThat(Await.failure(node.send("lobby", "a", Node.KEPT)))
          .isInstanceOf(BrokerException.class)
          .hasMessageStartingWith("Redis refused: OOM");
      redis.command("CONFIG", "SET", "maxmemory", "0");

      node.publish("lobby", "b");
      assertThat(node.next()).isEqualTo("b");
      assertThat(node.away).isEmpty();
    }
  }

  @Test
  void publishesOnceWhenOnlyTheAnswerWasLost() throws Exception {
    PublishOptions once = PublishOptions.NONE.idempotencyKey("a");
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        Node subscriber = Node.ready(redis.uri());
        Node publisher =
            Node.start(
                RedisBroker.builder("redis://127.0.0.1:" + proxy.port())
                    .commandTimeout(Duration.ofMillis(500)))) {
      publisher.awaitReady();
      subscriber.subscribe("lobby");

      proxy.mute();
      CompletableFuture<Published> first =
          publisher.broker.publish("lobby", Text.of("a"), once, Node.KEPT);
      assertThat(Await.failure(first)).hasMessageContaining("it may still do");
      assertThat(subscriber.next()).isEqualTo("a");
      proxy.pass();
      proxy.reset();
      Await.until("noticed", () -> !publisher.away.isEmpty());
      publisher.awaitReady();
      Published again = publisher.publishUntilTaken("lobby", "a");

      assertThat(again.repeated()).isTrue();
      assertThat(again.position()).isEqualTo(subscriber.publications.getFirst().position());
      subscriber.publish("lobby", "b");
      assertThat(subscriber.next()).isEqualTo("b");
    }
  }

  @Slow
  @Test
  void leavesAServerWhoseChannelsAreAliveButStarve() throws Exception {
    try (RedisProcess old = RedisProcess.start();
        RedisProcess fresh =
            RedisProcess.start(
                "--replicaof", "127.0.0.1 " + old.port(), "--repl-diskless-sync-delay", "0");
        FaultProxy proxy = FaultProxy.to(old.port());
        Node node =
            Node.start(
                RedisBroker.builder("redis://127.0.0.1:" + proxy.port())
                    .probeInterval(Duration.ofMillis(300)))) {
      node.awaitReady();
      node.subscribe("lobby");
      node.publish("lobby", "a");
      node.next();
      Await.until("replicated", () -> old.command("WAIT", "1", "1000").equals("1"));

      fresh.command("REPLICAOF", "NO", "ONE");
      proxy.retarget(fresh.port());
      old.command("CLIENT", "KILL", "TYPE", "normal"); // channels stay where they are
      Await.until("back", () -> !node.back.isEmpty());
      node.publishUntilTaken("lobby", "b");

      assertThat(node.next()).isEqualTo("b");
      Await.until("left", () -> node.away.stream().anyMatch(it -> it.contains("arrives")));
      node.awaitReady();
      node.publishUntilTaken("lobby", "c");
      assertThat(node.next()).isEqualTo("c");
      assertThat(fresh.command("PUBSUB", "CHANNELS")).contains("lobby");
      assertThat(node.lost).isEmpty();
    }
  }

  @Test
  void catchesUpWhenRedisCutsASlowNode() throws Exception {
    String limit = Faults.FULL ? "pubsub 32mb 8mb 60" : "pubsub 2mb 1mb 10";
    int publications = Faults.of(40, 200); // of half a mebibyte
    String padding = "x".repeat(512 << 10);
    try (RedisProcess redis = RedisProcess.start("--client-output-buffer-limit", limit);
        FaultProxy proxy = FaultProxy.to(redis.port());
        Node publisher = Node.ready(redis.uri());
        Node slow = Node.ready("redis://127.0.0.1:" + proxy.port())) {
      slow.subscribe("lobby");
      publisher.publish("lobby", "0");
      slow.next();

      proxy.stall();
      for (int i = 1; i <= publications; i++) {
        publisher.publish("lobby", i + padding);
      }
      Await.until(
          "cut", () -> redis.command("CLIENT", "LIST", "TYPE", "pubsub").lines().count() == 1);
      proxy.pass();

      Await.until("caught up", () -> slow.publications.size() > publications);
      assertThat(slow.all())
          .map(text -> Integer.parseInt(text.replace(padding, "")))
          .isEqualTo(IntStream.rangeClosed(0, publications).boxed().toList());
      assertThat(slow.lost).isEmpty();
    }
  }

  @Test
  void readsLargeHistoriesInParts() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      Position first = publishMebibytes(20, node);

      assertThat(readAfter(first, redis).split("=\n")).hasSize(8);
    }
  }

  @Test
  void givesTheNewestOfALargeHistory() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      Position first = publishMebibytes(20, node);

      History history = Await.result(node.broker.history("lobby", 20, Node.KEPT));

      assertThat(history.publications())
          .map(it -> it.position().orElseThrow().offset() - first.offset())
          .containsExactly(13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L);
      assertThat(history.top().offset() - first.offset()).isEqualTo(20);
    }
  }

  @Test
  void doesNotReadAllThatAStrangerMissed() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      Position first = publishMebibytes(20, node);
      long before = sentBytes(redis);

      Recovery recovery = Await.result(node.broker.recover("lobby", first, Node.KEPT));

      assertThat(recovery)
          .isInstanceOfSatisfying(
              NotRecovered.class,
              it -> assertThat(it.reason()).contains("more than 524288 bytes were missed"));
      assertThat(recovery.top().offset() - first.offset()).isEqualTo(20);
      assertThat(sentBytes(redis) - before).isLessThan(3 << 20);
    }
  }

  @Test
  void isReadyAgainWhenAReadWasCutAndNothingIsMissing() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node =
            Node.start(RedisBroker.builder(redis.uri()).positionInterval(Duration.ofMinutes(1)))) {
      node.awaitReady();
      redis.command("CLIENT", "PAUSE", "60000", "WRITE");
      CompletableFuture<Void> subscribed = node.broker.subscribe("lobby", Node.KEPT);
      Await.until("reading", () -> reader(redis).isPresent());

      redis.command("CLIENT", "KILL", "ID", reader(redis).orElseThrow());
      redis.command("CLIENT", "UNPAUSE");

      Await.result(subscribed);
      Await.within(Duration.ofSeconds(5), "back", () -> !node.back.isEmpty());
      assertThat(node.away).hasSize(1);
    }
  }

  /// The client of Redis whose script waits.
  private static Optional<String> reader(RedisProcess redis) throws Exception {
    return redis
        .command("CLIENT", "LIST")
        .lines()
        .filter(it -> it.contains("cmd=evalsha"))
        .map(it -> it.replaceFirst("^id=(\\d+) .*", "$1"))
        .findFirst();
  }

  /// After one that is small, whose position it gives.
  private static Position publishMebibytes(int number, Node node) throws Exception {
    String padding = "=".repeat(1 << 20); // none of it is in an epoch or a tag
    Position first = node.position("lobby", "0");
    for (int i = 1; i <= number; i++) {
      node.publish("lobby", i + padding);
    }
    return first;
  }

  private static long sentBytes(RedisProcess redis) throws Exception {
    return redis
        .command("INFO", "stats")
        .lines()
        .filter(it -> it.startsWith("total_net_output_bytes:"))
        .mapToLong(it -> Long.parseLong(it.substring(it.indexOf(':') + 1).strip()))
        .sum();
  }

  private static String readAfter(Position first, RedisProcess redis) throws Exception {
    RoomKeys keys = RoomKeys.of("gimlet", "lobby");
    return redis.command(
        "EVAL",
        new String(Script.READ.source(), UTF_8),
        "2",
        keys.state(),
        keys.stream(),
        "e",
        "60000",
        first.epoch(),
        "2-0",
        "" + RoomStore.PAGE,
        "" + RoomStore.PAGE_BYTES);
  }
}
