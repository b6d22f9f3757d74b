package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.spi.Retention;
import dev.gimlet.testing.RedisProcess;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What rooms can rely on, with two nodes and a real Redis in good health.
class RedisBrokerTest {

  private static RedisProcess redis;

  private Node one;
  private Node two;

  @BeforeAll
  static void startRedis() throws Exception {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() throws Exception {
    redis.close();
  }

  @BeforeEach
  void startNodes() throws Exception {
    redis.command("FLUSHALL");
    one = Node.ready(redis.uri());
    two = Node.ready(redis.uri());
  }

  @AfterEach
  void stopNodes() {
    one.close();
    two.close();
  }

  @Test
  void isReadyWhenItHasStarted() {
    long start = System.nanoTime();
    try (Node node = Node.start(RedisBroker.builder(redis.uri()))) {
      boolean isLate = System.nanoTime() - start >= Duration.ofSeconds(2).toNanos();

      assertThat(node.broker.isReady() || isLate).isTrue();
    }
  }

  @Test
  void readsNoPublicationToTellThePositionOfARoom() throws Exception {
    Position top = one.position("lobby", "a");
    redis.command("CONFIG", "RESETSTAT");

    History history = Await.result(one.broker.history("lobby", 0, Node.KEPT));

    assertThat(history).isEqualTo(new History(List.of(), top));
    assertThat(redis.command("INFO", "commandstats")).doesNotContain("xrevrange");
  }

  @Test
  void carriesPublicationsToEveryNode() throws Exception {
    one.subscribe("lobby");
    two.subscribe("lobby");

    one.publish("lobby", "hello 世界");

    assertThat(one.next()).isEqualTo("hello 世界");
    assertThat(two.next()).isEqualTo("hello 世界");
  }

  @Test
  void givesOffsetsThatRiseByOne() throws Exception {
    Position first = one.position("lobby", "a");
    Position second = two.position("lobby", "b");

    assertThat(first.offset()).isEqualTo(1);
    assertThat(second.offset()).isEqualTo(2);
    assertThat(second.epoch()).isEqualTo(first.epoch());
    assertThat(second.tag()).isNotEqualTo(first.tag()).isNotZero();
  }

  @Test
  void carriesBinaryTagsAndTime() throws Exception {
    two.subscribe("lobby");
    PublishOptions options = PublishOptions.NONE.tag("from", "ann").tag("kind", "图");

    Published published =
        Await.result(
            one.broker.publish("lobby", Binary.of((byte) 1, (byte) -2), options, Node.KEPT));

    two.next();
    Publication publication = two.publications.getFirst();
    assertThat(publication.message()).isEqualTo(Binary.of((byte) 1, (byte) -2));
    assertThat(publication.tags()).isEqualTo(Map.of("from", "ann", "kind", "图"));
    assertThat(publication.position()).isEqualTo(published.position());
    assertThat(Duration.between(publication.time(), java.time.Instant.now()).abs())
        .isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void keepsNothingInARoomWithoutHistory() throws Exception {
    Await.result(two.broker.subscribe("lobby", Retention.NONE));

    Published published =
        Await.result(
            one.broker.publish(
                "lobby",
                Text.of("a"),
                PublishOptions.NONE.conflationKey("price").tag("x", "y"),
                Retention.NONE));

    assertThat(two.next()).isEqualTo("a");
    assertThat(published.position()).isEmpty();
    assertThat(two.publications.getFirst().position()).isEmpty();
    assertThat(two.publications.getFirst().conflationKey()).isEqualTo("price");
    assertThat(two.publications.getFirst().tags()).isEqualTo(Map.of("x", "y"));
    assertThat(redis.command("KEYS", "gimlet:{*")).isEmpty();
  }

  @Test
  void deliversNothingAfterUnsubscribing() throws Exception {
    one.subscribe("lobby");
    two.subscribe("lobby");

    Await.result(two.broker.unsubscribe("lobby"));
    one.publish("lobby", "a");
    one.next();
    two.subscribe("lobby");
    one.publish("lobby", "b");

    assertThat(two.next()).isEqualTo("b");
  }

  @Test
  void givesTheNewestOfTheHistory() throws Exception {
    for (String text : List.of("a", "b", "c")) {
      one.publish("lobby", text);
    }

    History history = Await.result(two.broker.history("lobby", 2, Node.KEPT));

    assertThat(history.publications())
        .map(it -> ((Text) it.message()).value())
        .containsExactly("b", "c");
    assertThat(history.top().offset()).isEqualTo(3);
    assertThat(Await.result(two.broker.history("lobby", 0, Node.KEPT)).publications()).isEmpty();
  }

  @Test
  void keepsAsManyAsWanted() throws Exception {
    var small = new Retention(3, Duration.ofMinutes(1));
    for (int i = 1; i <= 10; i++) {
      Await.result(one.send("lobby", "" + i, small));
    }

    History history = Await.result(two.broker.history("lobby", 100, small));

    assertThat(history.publications())
        .map(it -> ((Text) it.message()).value())
        .containsExactly("8", "9", "10");
  }

  @Test
  void forgetsWhatIsTooOld() throws Exception {
    var brief = new Retention(1_000, Duration.ofMillis(300));
    for (int i = 0; i < 30; i++) {
      Await.result(one.send("lobby", "old " + i, brief));
    }
    Await.until(
        "the old ones gone",
        () -> Await.result(two.broker.history("lobby", 100, brief)).publications().isEmpty());

    Position last = Await.result(one.send("lobby", "new", brief)).position().orElseThrow();

    assertThat(last.offset()).isEqualTo(31);
    assertThat(Await.result(two.broker.recover("lobby", Position.of(last.epoch(), 30), brief)))
        .isInstanceOf(Recovered.class);
    assertThat(Await.result(two.broker.recover("lobby", Position.of(last.epoch(), 29), brief)))
        .isInstanceOf(NotRecovered.class);
  }

  @Test
  void trimsWhatIsTooOldWhilePublishingGoesOn() throws Exception {
    var brief = new Retention(100_000, Duration.ofMillis(200));
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    int published = 0;
    while (System.nanoTime() < end) {
      Await.result(one.send("lobby", "x", brief));
      published++;
    }

    int kept = Integer.parseInt(redis.command("XLEN", "gimlet:{lobby}:stream"));

    assertThat(kept).isLessThan(published / 2);
  }

  @Test
  void recoversWhatWasMissed() throws Exception {
    Position since = one.position("lobby", "a");
    one.publish("lobby", "b");
    Position top = one.position("lobby", "c");

    var recovered = (Recovered) Await.result(two.broker.recover("lobby", since, Node.KEPT));

    assertThat(recovered.missed())
        .map(it -> ((Text) it.message()).value())
        .containsExactly("b", "c");
    assertThat(recovered.top()).isEqualTo(top);
    assertThat(Await.result(two.broker.recover("lobby", top, Node.KEPT)))
        .isEqualTo(new Recovered(List.of(), top));
  }

  @Test
  void recoversManyPages() throws Exception {
    var large = new Retention(10_000, Duration.ofMinutes(5));
    Position since = Await.result(one.send("lobby", "0", large)).position().orElseThrow();
    for (int i = 1; i < 1_401; i += 100) {
      int first = i;
      List<CompletableFuture<Published>> sent =
          IntStream.range(first, first + 100)
              .mapToObj(number -> one.send("lobby", "" + number, large))
              .toList();
      for (CompletableFuture<Published> each : sent) {
        Await.result(each);
      }
    }

    var recovered = (Recovered) Await.result(two.broker.recover("lobby", since, large));

    assertThat(recovered.missed())
        .map(it -> ((Text) it.message()).value())
        .isEqualTo(IntStream.range(1, 1_401).mapToObj(i -> "" + i).toList());
  }

  @Test
  void refusesPositionsItDoesNotKnow() throws Exception {
    Position top = one.position("lobby", "a");

    assertThat(Await.result(one.broker.recover("lobby", Position.of("other", 0), Node.KEPT)))
        .isInstanceOf(NotRecovered.class);
    assertThat(Await.result(one.broker.recover("lobby", Position.of(top.epoch(), 2), Node.KEPT)))
        .isInstanceOf(NotRecovered.class);
    assertThat(
            Await.result(
                one.broker.recover(
                    "lobby", new Position(top.epoch(), 1, top.tag() ^ 2), Node.KEPT)))
        .isInstanceOf(NotRecovered.class);
  }

  @Test
  void isDrainedWhenAllThatWasAcceptedHasBeenPassedOn() throws Exception {
    Await.result(two.broker.subscribe("lobby", Retention.NONE));
    two.patience = new CompletableFuture<>();
    List<CompletableFuture<Published>> sent =
        IntStream.range(0, 100).mapToObj(i -> one.send("lobby", "" + i, Retention.NONE)).toList();
    for (CompletableFuture<Published> each : sent) {
      Await.result(each);
    }

    CompletableFuture<Void> drained = two.broker.drained();
    assertThat(drained).isNotDone();
    two.patience.complete(null);

    Await.result(drained);
    assertThat(two.publications).hasSize(100);
  }

  @Test
  void isDrainedThoughRedisIsAway() throws Exception {
    Node closed = Node.ready(redis.uri());
    closed.close();

    Await.result(closed.broker.drained());

    try (Node away = Node.start(RedisBroker.builder("redis://127.0.0.1:1"))) {
      Await.result(away.broker.drained());
    }
  }

  @Test
  void publishesOnceForAKey() throws Exception {
    two.subscribe("lobby");
    PublishOptions once = PublishOptions.NONE.idempotencyKey("k1");

    Published first = Await.result(one.broker.publish("lobby", Text.of("a"), once, Node.KEPT));
    Published second = Await.result(two.broker.publish("lobby", Text.of("a"), once, Node.KEPT));
    one.publish("lobby", "b");

    assertThat(first.repeated()).isFalse();
    assertThat(second).isEqualTo(new Published(first.position(), true));
    assertThat(two.next()).isEqualTo("a");
    assertThat(two.next()).isEqualTo("b");
    assertThat(timeLeft("once:k1")).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
  }

  @Test
  void publishesOnceForAKeyWithoutHistory() throws Exception {
    Await.result(two.broker.subscribe("lobby", Retention.NONE));
    PublishOptions once = PublishOptions.NONE.idempotencyKey("k1");

    one.broker.publish("lobby", Text.of("a"), once, Retention.NONE);
    Published second =
        Await.result(one.broker.publish("lobby", Text.of("a"), once, Retention.NONE));
    one.send("lobby", "b", Retention.NONE);

    assertThat(second.repeated()).isTrue();
    assertThat(two.next()).isEqualTo("a");
    assertThat(two.next()).isEqualTo("b");
    assertThat(timeLeft("once:k1")).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
  }

  @Test
  void keepsThePositionOfARoomADayLongerThanItsHistory() throws Exception {
    Duration most = Node.KEPT.age().plusDays(1);

    one.publish("lobby", "a");

    assertThat(timeLeft("state")).isBetween(most.minusHours(1), most);
  }

  /// How long Redis still keeps that part of the lobby.
  private static Duration timeLeft(String part) throws Exception {
    return Duration.ofMillis(Long.parseLong(redis.command("PTTL", "gimlet:{lobby}:" + part)));
  }

  @Test
  void tellsWhoComesAndGoes() throws Exception {
    two.subscribe("lobby");
    var notice = new PresenceNotice(List.of(new Present("1", "ann")), List.of(), 0, 3);

    Await.result(one.broker.announce("lobby", notice));

    assertThat(two.notices.take()).isEqualTo(notice);
  }

  @Test
  void takesAnyNameOfARoom() throws Exception {
    for (String room : List.of("", "}", "a}b{c", "%7D", "房间", "a b\n*")) {
      two.subscribe(room);

      one.publish(room, "in " + room);

      assertThat(two.next()).isEqualTo("in " + room);
    }
  }

  @Test
  void keepsOneOrderForAllNodes() throws Exception {
    one.subscribe("lobby");
    two.subscribe("lobby");
    for (int round = 0; round < 10; round++) {
      List<CompletableFuture<Published>> sent = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        sent.add((i % 2 == 0 ? one : two).send("lobby", round + " " + i, Node.KEPT));
      }
      for (CompletableFuture<Published> each : sent) {
        Await.result(each);
      }
    }

    for (Node node : List.of(one, two)) {
      Await.until("all arrived", () -> node.publications.size() == 1_000);
    }

    assertThat(one.all()).isEqualTo(two.all());
    assertThat(one.publications)
        .map(it -> it.position().orElseThrow().offset())
        .isEqualTo(IntStream.rangeClosed(1, 1_000).mapToObj(i -> (long) i).toList());
  }

  @Test
  void publishesAfterRedisHasForgottenTheScripts() throws Exception {
    redis.command("SCRIPT", "FLUSH");

    assertThat(one.position("lobby", "a").offset()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    Binary large = Binary.wrap(new byte[RedisBroker.MAX_MESSAGE_BYTES + 1]);

    assertThat(
            Await.failure(one.broker.publish("lobby", large, PublishOptions.NONE, Retention.NONE)))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("at most 4194304");
  }

  @Test
  void carriesTheLargestMessage() throws Exception {
    two.subscribe("lobby");
    Binary large = Binary.wrap(new byte[RedisBroker.MAX_MESSAGE_BYTES]);

    Await.result(one.broker.publish("lobby", large, PublishOptions.NONE, Node.KEPT));

    two.next();
    assertThat(two.publications.getFirst().message()).isEqualTo(large);
  }

  @Test
  void ignoresWhatItDoesNotUnderstand() throws Exception {
    two.subscribe("lobby");

    redis.command("PUBLISH", "gimlet:{lobby}:channel", "\u0002future");
    redis.command("PUBLISH", "gimlet:{lobby}:channel", "");
    one.publish("lobby", "a");

    assertThat(two.next()).isEqualTo("a");
    assertThat(two.broker.figures().unreadable()).isEqualTo(2);
  }

  @Test
  void leavesOutOfAHistoryWhatItDoesNotUnderstand() throws Exception {
    one.position("lobby", "a");
    redis.command("XADD", "gimlet:{lobby}:stream", "1-1", "e", "\u0002future");
    one.position("lobby", "b");

    History history = Await.result(two.broker.history("lobby", 10, Node.KEPT));

    assertThat(history.publications())
        .map(Publication::message)
        .containsExactly(Text.of("a"), Text.of("b"));
  }

  @Test
  void listsTheNodes() throws Exception {
    String name = "node \"1\"";
    try (Node named = Node.start(RedisBroker.builder(redis.uri()).node(name))) {
      named.awaitReady();

      assertThat(Await.result(named.broker.nodes())).map(RedisNode::name).contains(name);
    }

    assertThat(Await.result(one.broker.nodes()))
        .map(RedisNode::name)
        .doesNotContain(name)
        .hasSize(1);
  }

  @Test
  void doesNotRepeatThePasswordOfAnAddress() {
    assertThatThrownBy(() -> RedisBroker.connect("ftp://:secret@host"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis://host:6379")
        .hasMessageNotContaining("secret");
    assertThat(RedisBroker.connect("redis://:secret@host:7000").place()).isEqualTo("host:7000");
  }
}
