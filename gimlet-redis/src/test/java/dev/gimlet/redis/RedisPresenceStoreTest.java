package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.PresenceStore.Presence;
import dev.gimlet.spi.Present;
import dev.gimlet.testing.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Presence when others ask at the wrong moment, and when Redis has lost it.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class RedisPresenceStoreTest {

  private static final Present ANN = new Present("1", "ann");

  /// Less than the 20 s until all rooms are looked at again.
  private static final Duration AT_ONCE = Duration.ofSeconds(8);

  @Test
  void showsTheFirstMemberOfANodeThoughAnotherAsksMeanwhile() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node one = Node.ready(redis.uri());
        Node two = Node.ready(redis.uri())) {
      for (int i = 0; i < 200; i++) {
        String room = "room " + i;

        CompletableFuture<Void> entered = one.broker.presence().enter(room, ANN);
        CompletableFuture<Presence> meanwhile = two.broker.presence().presence(room, 10);
        Await.result(entered);
        Await.result(meanwhile);

        assertThat(count(two, room)).isEqualTo(1);
      }
    }
  }

  @Test
  void takesOneOfTheCommandsThatMayWaitForEachWhoEnters() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.start(RedisBroker.builder(redis.uri()).maxPending(60))) {
      node.awaitReady();
      redis.command("CLIENT", "PAUSE", "60000", "WRITE");

      List<CompletableFuture<Void>> entered =
          IntStream.range(0, 40)
              .mapToObj(i -> node.broker.presence().enter("lobby", new Present("" + i, "ann")))
              .toList();
      redis.command("CLIENT", "UNPAUSE");

      for (CompletableFuture<Void> each : entered) {
        Await.result(each);
      }
      assertThat(count(node, "lobby")).isEqualTo(40);
    }
  }

  @Test
  void leavesAfterRedisHasForgottenTheScripts() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      redis.command("SCRIPT", "FLUSH");

      CompletableFuture<Void> entered = node.broker.presence().enter("lobby", ANN);
      CompletableFuture<Void> left = node.broker.presence().leave("lobby", ANN);
      Await.result(entered);
      Await.result(left);

      assertThat(count(node, "lobby")).isZero();
    }
  }

  @Test
  void writesAgainWhatAnEmptiedRedisDoesNotHave() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      Await.result(node.broker.presence().enter("lobby", ANN));
      redis.command("FLUSHALL");

      node.broker.presence().refreshAll();

      Await.within(AT_ONCE, "there again", () -> count(node, "lobby") == 1);
    }
  }

  @Test
  void writesAgainWhatARestartedRedisDoesNotHave() throws Exception {
    try (RedisProcess redis = RedisProcess.startWithSnapshots();
        Node node = Node.ready(redis.uri())) {
      Await.result(node.broker.presence().enter("lobby", ANN));
      redis.kill();
      Await.until("away", () -> !node.away.isEmpty());
      redis.restart();
      node.awaitReady();

      Await.within(AT_ONCE, "there again", () -> count(node, "lobby") == 1);
    }
  }

  /// As after a failover to a replica that lacks the last writes.
  @Test
  void putsRightWhatRedisHasInsteadOfOthers() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      Await.result(node.broker.presence().enter("lobby", ANN));
      String hash = hash(redis);
      redis.command("HSET", hash, "7", "bob");
      redis.command("HDEL", hash, ANN.id());

      node.broker.presence().refreshAll();

      Await.within(
          AT_ONCE,
          "put right",
          () ->
              Await.result(node.broker.presence().presence("lobby", 10))
                  .equals(new Presence(List.of(ANN), 1)));
    }
  }

  @Test
  void keepsAliveWhatIsThereThoughRedisIsFull() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      Await.result(node.broker.presence().enter("lobby", ANN));
      String hash = hash(redis);
      redis.command("PEXPIRE", hash, "5000");
      redis.command("CONFIG", "SET", "maxmemory", "1");

      node.broker.presence().refreshAll();

      Await.within(
          AT_ONCE, "kept alive", () -> Long.parseLong(redis.command("PTTL", hash)) > 10_000);
      assertThat(count(node, "lobby")).isEqualTo(1);
    }
  }

  @Test
  void remembersNoRoomsOfThoseWhoCameAndLeftWhileRedisWasAway() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Node node = Node.ready(redis.uri())) {
      redis.kill();
      RedisPresenceStore presence = node.broker.presence();
      Await.until("away", () -> remembers(presence, UUID.randomUUID().toString()) == 0);

      for (int i = 0; i < 100; i++) {
        assertThat(remembers(presence, "room " + i)).isZero();
      }
    }
  }

  /// How many rooms more there are when somebody has come to a new one and left.
  private static int remembers(RedisPresenceStore presence, String room) {
    int before = presence.rooms();
    CompletableFuture<Void> _ = presence.enter(room, ANN);
    CompletableFuture<Void> _ = presence.leave(room, ANN);
    return presence.rooms() - before;
  }

  /// Where the only node has entered members of the only room.
  private static String hash(RedisProcess redis) throws IOException {
    for (String key : redis.command("KEYS", "*").lines().toList()) {
      if (redis.command("TYPE", key).equals("hash")) {
        return key;
      }
    }
    throw new AssertionError("no hash");
  }

  private static int count(Node node, String room) throws Exception {
    return Await.result(node.broker.presence().presence(room, 10)).count();
  }
}
