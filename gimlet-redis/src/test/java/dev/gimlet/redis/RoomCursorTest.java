package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.websocket.Text;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The decisions about what is missing, repeated or lost, without a Redis.
class RoomCursorTest {

  private final ModelRoom redis = new ModelRoom();
  private final Effects effects = new Effects();
  private final RoomCursor cursor = new RoomCursor(effects);

  private void start() {
    cursor.check();
    answer();
  }

  /// Answers the read or the new epoch that was asked for.
  private void answer() {
    effects.answer(cursor, redis);
  }

  @Nested
  class Live {

    @Test
    void passesOnWhatContinues() {
      start();

      cursor.onLive(redis.publish("a"));
      cursor.onLive(redis.publish("b"));

      assertThat(effects.told).containsExactly("a", "b");
      assertThat(effects.isAsked()).isFalse();
    }

    @Test
    void beginsAfterWhatWasThere() {
      redis.publish("old");
      start();

      cursor.onLive(redis.publish("a"));

      assertThat(effects.told).containsExactly("a");
    }

    @Test
    void keepsBackUntilItKnowsWhereItIs() {
      Stored old = redis.publish("old");
      cursor.check();
      cursor.onLive(old);
      answer();
      cursor.onLive(redis.publish("a"));

      assertThat(effects.told).containsExactly("a");
    }

    @Test
    void dropsARepetition() {
      start();
      Stored a = redis.publish("a");
      cursor.onLive(a);

      cursor.onLive(a);

      assertThat(effects.told).containsExactly("a");
      assertThat(effects.isAsked()).isFalse();
    }

    @Test
    void asksAboutAnOlderOneAndDropsIt() {
      start();
      Stored a = redis.publish("a");
      cursor.onLive(a);
      cursor.onLive(redis.publish("b"));

      cursor.onLive(a);
      answer();

      assertThat(effects.told).containsExactly("a", "b");
    }
  }

  @Nested
  class Gaps {

    private static final String MEBIBYTE = "x".repeat(1 << 20);

    @Test
    void readsWhatIsMissingBeforeAnythingNewer() {
      start();
      redis.publish("a");
      redis.publish("b");

      cursor.onLive(redis.publish("c"));
      assertThat(effects.told).isEmpty();
      answer();

      assertThat(effects.told).containsExactly("a", "b", "c");
      assertThat(cursor.isCaughtUp()).isTrue();
    }

    @Test
    void keepsNewerOnesUntilTheReadIsAnswered() {
      start();
      redis.publish("a");
      cursor.onLive(redis.publish("b"));
      Page early = redis.read(effects.asked());
      cursor.onLive(redis.publish("c"));
      cursor.onLive(redis.publish("d"));

      effects.taken();
      cursor.onPage(early);

      assertThat(effects.told).containsExactly("a", "b", "c", "d");
      assertThat(effects.isAsked()).isFalse();
    }

    @Test
    void readsOnceMoreWhatWasDroppedWhileAReadWasUnderWay() {
      start();
      redis.publish("a");
      cursor.onLive(redis.publish("b"));
      Page early = redis.read(effects.asked());
      redis.publish("c"); // dropped on its way, which the lane tells

      cursor.checkAnew();
      effects.taken();
      cursor.onPage(early);
      assertThat(cursor.isCaughtUp()).isFalse();
      answer();

      assertThat(effects.told).containsExactly("a", "b", "c");
      assertThat(cursor.isCaughtUp()).isTrue();
    }

    @Test
    void findsTheLastOneByACheck() {
      start();
      redis.publish("a");

      cursor.check();
      answer();

      assertThat(effects.told).containsExactly("a");
    }

    @Test
    void goesOnDeliveringWhileItChecks() {
      start();
      cursor.check();
      Page early = redis.read(effects.asked());

      cursor.onLive(redis.publish("a"));
      assertThat(effects.told).containsExactly("a");
      effects.taken();
      cursor.onPage(early);
      cursor.onLive(redis.publish("b"));

      assertThat(effects.told).containsExactly("a", "b");
    }

    @Test
    void readsPageAfterPage() {
      start();
      redis.pageSize = 2;
      for (int i = 0; i < 5; i++) {
        redis.publish("" + i);
      }

      cursor.check();
      answer();
      answer();
      answer();

      assertThat(effects.told).containsExactly("0", "1", "2", "3", "4");
      assertThat(effects.isAsked()).isFalse();
    }

    @Test
    void readsWhatDidNotFitIntoTheQueue() {
      start();
      redis.publish("missing");
      for (int i = 0; i < RoomCursor.MAX_WAITING + 10; i++) {
        cursor.onLive(redis.publish("" + i));
      }
      redis.pageSize = 3;
      while (effects.isAsked()) {
        answer();
      }

      assertThat(effects.told).hasSize(RoomCursor.MAX_WAITING + 11).doesNotHaveDuplicates();
    }

    @Test
    void keepsFourMebibytesBehindAGapAndReadsTheRest() {
      start();
      for (int gap = 1; gap <= 2; gap++) {
        effects.told.clear();
        redis.publish("missing");
        cursor.onLive(redis.publish(MEBIBYTE));
        Page early = redis.read(effects.asked());
        for (int i = 0; i < 3; i++) {
          cursor.onLive(redis.publish(MEBIBYTE));
        }
        cursor.onLive(redis.publish("no room"));

        effects.taken();
        cursor.onPage(early);
        assertThat(effects.told).containsExactly("missing", MEBIBYTE, MEBIBYTE, MEBIBYTE, MEBIBYTE);
        assertThat(cursor.isCaughtUp()).isFalse();
        answer();

        assertThat(effects.told).hasSize(6).last().isEqualTo("no room");
        assertThat(cursor.isCaughtUp()).isTrue();
        assertThat(effects.isAsked()).isFalse();
      }
    }

    @Test
    void needsACheckWhenOneHasFailed() {
      start();
      assertThat(cursor.needsCheck()).isFalse();
      cursor.check();
      effects.taken();

      cursor.onFailure();
      assertThat(cursor.isCaughtUp()).isTrue();
      assertThat(cursor.needsCheck()).isTrue();

      cursor.check();
      answer();
      assertThat(cursor.needsCheck()).isFalse();
    }

    @Test
    void asksAgainAfterAFailure() {
      start();
      redis.publish("a");
      cursor.onLive(redis.publish("b"));
      effects.taken();
      cursor.onFailure();
      cursor.onLive(redis.publish("c"));
      assertThat(effects.told).isEmpty();

      cursor.check();
      answer();

      assertThat(effects.told).containsExactly("a", "b", "c");
    }
  }

  @Nested
  class Losses {

    @Test
    void tellsThatTheWindowIsTooSmall() {
      start();
      for (int i = 0; i < 5; i++) {
        redis.publish("" + i);
      }
      redis.trimTo(2);

      cursor.check();
      answer();
      cursor.onLive(redis.publish("a"));

      assertThat(effects.told).containsExactly("lost, on from 5", "a");
    }

    @Test
    void findsAllWhenExactlyTheWindowIsMissing() {
      start();
      redis.publish("a");
      redis.publish("b");
      redis.trimTo(2);

      cursor.check();
      answer();

      assertThat(effects.told).containsExactly("a", "b");
    }

    @Test
    void tellsOfANewEpochAtItsFirstPublication() {
      start();
      cursor.onLive(redis.publish("a"));
      redis.flush();

      cursor.onLive(redis.publish("b"));
      answer();
      cursor.onLive(redis.publish("c"));

      assertThat(effects.told).containsExactly("a", "lost, on from 1", "c");
    }

    @Test
    void tellsOfANewEpochByACheck() {
      start();
      cursor.onLive(redis.publish("a"));
      redis.flush();

      cursor.check();
      answer();
      cursor.onLive(redis.publish("b"));

      assertThat(effects.told).containsExactly("a", "lost, on from 0", "b");
    }

    @Test
    void ignoresAStragglerOfTheOldEpoch() {
      start();
      Stored straggler = redis.publish("a");
      redis.flush();
      cursor.check();
      answer();

      cursor.onLive(straggler);
      answer();
      cursor.onLive(redis.publish("b"));

      assertThat(effects.told).containsExactly("lost, on from 0", "b");
    }

    @Test
    void tellsWhenAnEntryIsMissingInTheMiddle() {
      start();
      redis.publish("a");
      redis.publish("b");
      redis.publish("c");
      redis.stream.remove(1);

      cursor.check();
      answer();

      assertThat(effects.told).containsExactly("a", "lost, on from 3");
    }

    @Test
    void tellsWhenAPublicationCannotBeRead() {
      start();
      redis.publish("a");
      Stored future = redis.publish("of the future");
      redis.unreadable = future;
      cursor.onLive(redis.publish("c"));
      answer();

      assertThat(effects.told).containsExactly("a", "lost, on from 3");
    }
  }

  @Nested
  class SetBack {

    @Test
    void isFoundByACheckThatSeesLess() {
      start();
      ModelRoom.Snapshot snapshot = redis.save();
      cursor.onLive(redis.publish("a"));
      redis.load(snapshot);

      cursor.check();
      answer();
      answer();
      cursor.onLive(redis.publish("b"));

      assertThat(effects.told).containsExactly("a", "lost, on from 0", "b");
      assertThat(redis.epochs).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 10})
    void isFoundHoweverMuchWasPublishedSince(int published) {
      start();
      cursor.onLive(redis.publish("before"));
      ModelRoom.Snapshot snapshot = redis.save();
      for (int i = 0; i < 3; i++) {
        cursor.onLive(redis.publish("rolled back " + i));
      }
      redis.load(snapshot);
      for (int i = 0; i < published; i++) {
        redis.publish("missed " + i);
      }

      cursor.check();
      while (effects.isAsked()) {
        answer();
      }

      assertThat(effects.told.getLast()).isEqualTo("lost, on from 0");
      assertThat(effects.told).hasSize(5);
    }

    @Test
    void isFoundByTheChainOfALiveOne() {
      start();
      ModelRoom.Snapshot snapshot = redis.save();
      cursor.onLive(redis.publish("a"));
      redis.load(snapshot);
      redis.publish("another at the same place");

      cursor.onLive(redis.publish("b"));
      assertThat(effects.told).containsExactly("a");
      answer();
      answer();

      assertThat(effects.told).containsExactly("a", "lost, on from 0");
    }

    @Test
    void isFoundByALiveOneAtTheSamePlace() {
      start();
      ModelRoom.Snapshot snapshot = redis.save();
      cursor.onLive(redis.publish("a"));
      redis.load(snapshot);

      cursor.onLive(redis.publish("b"));
      answer();
      answer();

      assertThat(effects.told).containsExactly("a", "lost, on from 0");
    }

    @Test
    void isFoundWhenOneThatWaitedIsGone() {
      start();
      ModelRoom.Snapshot snapshot = redis.save();
      redis.publish("a");
      cursor.onLive(redis.publish("b"));
      redis.load(snapshot);

      answer();
      answer();

      assertThat(effects.told).containsExactly("lost, on from 0");
    }

    @Test
    void isFoundWhenAnotherIsInThePlaceOfOneThatWaited() {
      start();
      ModelRoom.Snapshot snapshot = redis.save();
      redis.publish("a");
      cursor.onLive(redis.publish("b"));
      redis.load(snapshot);
      redis.publish("c");
      redis.publish("d");

      answer();
      answer();

      assertThat(effects.told).containsExactly("lost, on from 0");
    }

    @Test
    void isFoundAgainWhenTheNewEpochCouldNotBegin() {
      start();
      ModelRoom.Snapshot snapshot = redis.save();
      cursor.onLive(redis.publish("a"));
      redis.load(snapshot);
      cursor.check();
      answer();
      effects.taken();
      cursor.onFailure();

      cursor.check();
      answer();
      answer();

      assertThat(effects.told).containsExactly("a", "lost, on from 0");
    }

    @Test
    void followsAnotherNodeThatHasBegunANewEpoch() {
      start();
      ModelRoom.Snapshot snapshot = redis.save();
      cursor.onLive(redis.publish("a"));
      redis.load(snapshot);
      cursor.check();
      answer();
      redis.breakEpoch(redis.epoch());
      redis.publish("b");
      answer();

      assertThat(effects.told).containsExactly("a", "lost, on from 1");
      assertThat(redis.epochs).isEqualTo(2);
    }
  }

  /// Random faults: what is delivered is the room's, in order, and nothing is left out unless told.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void neverLeavesAnythingOutSilently(int block) {
    for (int seed = block * 1_000; seed < block * 1_000 + 1_000; seed++) {
      new Chaos(seed).run();
    }
  }

  /// One node and a model of Redis, with losses, delays, failures, trimming, emptying, setting
  /// back.
  private static final class Chaos {

    final int seed;
    final Random random;
    final ModelRoom redis = new ModelRoom();
    final Effects effects = new Effects();
    final RoomCursor cursor = new RoomCursor(effects);
    final Deque<Stored> onTheWay = new ArrayDeque<>();
    final Map<String, Stored> published = new HashMap<>();
    ModelRoom.@Nullable Snapshot snapshot;
    int number;

    Chaos(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() {
      redis.pageSize = 1 + random.nextInt(4);
      cursor.check();
      for (int step = 0; step < 60; step++) {
        step();
      }
      onTheWay.clear();
      settle(); // what was under way may be older than what came live meanwhile
      cursor.check();
      settle(); // and so may the first position
      cursor.check();
      settle();
      check();
    }

    void settle() {
      for (int reads = 0; effects.isAsked(); reads++) {
        assertThat(reads).as("seed %d", seed).isLessThan(500);
        effects.answer(cursor, redis);
      }
    }

    void step() {
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4 -> publish();
        case 5, 6, 7, 8 -> arrive();
        case 9 -> onTheWay.poll(); // lost
        case 10, 11 -> effects.answerOrTake(cursor, redis);
        case 12 -> cursor.check();
        case 13 -> fail();
        case 14 -> snapshot = random.nextInt(3) == 0 ? redis.save() : snapshot;
        default -> disaster();
      }
    }

    void publish() {
      Stored stored = redis.publish("" + number++);
      published.put(((Text) stored.publication().message()).value(), stored);
      onTheWay.add(stored);
    }

    void arrive() {
      Stored next = onTheWay.poll();
      if (next != null) {
        cursor.onLive(next);
      }
    }

    void fail() {
      if (effects.isAsked()) {
        effects.taken();
        cursor.onFailure();
      }
    }

    void disaster() {
      switch (random.nextInt(4)) {
        case 0 -> redis.trimTo(random.nextInt(4));
        case 1 -> redis.flush();
        case 2 -> {
          if (snapshot != null) {
            redis.load(snapshot);
          }
        }
        default -> onTheWay.clear();
      }
    }

    /// Every one that is delivered follows the one before, unless a loss was told in between; and
    /// in the end the node is where the room is.
    void check() {
      @Nullable Position last = null;
      for (String told : effects.told) {
        if (told.startsWith("lost")) {
          last = null;
        } else {
          Stored stored = Objects.requireNonNull(published.get(told));
          if (last != null) {
            assertThat(stored.position().epoch()).as("seed %d", seed).isEqualTo(last.epoch());
            assertThat(stored.position().offset()).as("seed %d", seed).isEqualTo(last.offset() + 1);
            assertThat(stored.previousTag()).as("seed %d", seed).isEqualTo(last.tag());
          }
          last = stored.position();
        }
      }
      assertThat(cursor.isCaughtUp()).as("seed %d", seed).isTrue();
      if (last != null) {
        assertThat(last).as("seed %d: %s", seed, effects.told).isEqualTo(redis.top());
      }
    }
  }

  /// Writes down what is to be done.
  private static final class Effects implements RoomCursor.Effects {

    final List<String> told = new ArrayList<>();
    private boolean readIsAsked;
    private @Nullable Position since;
    private @Nullable String broken;

    boolean isAsked() {
      return readIsAsked || broken != null;
    }

    @Nullable Position asked() {
      assertThat(readIsAsked).isTrue();
      return since;
    }

    void taken() {
      readIsAsked = false;
      broken = null;
    }

    void answerOrTake(RoomCursor cursor, ModelRoom redis) {
      if (isAsked()) {
        answer(cursor, redis);
      }
    }

    void answer(RoomCursor cursor, ModelRoom redis) {
      assertThat(isAsked()).isTrue();
      String epoch = broken;
      taken();
      if (epoch == null) {
        cursor.onPage(redis.read(since));
      } else {
        cursor.onNewEpoch(redis.breakEpoch(epoch));
      }
    }

    @Override
    public void deliver(Publication publication) {
      told.add(((Text) publication.message()).value());
    }

    @Override
    public void lost(Position top, String reason) {
      told.add("lost, on from " + top.offset());
    }

    @Override
    public void read(@Nullable Position position) {
      assertThat(isAsked()).isFalse();
      readIsAsked = true;
      since = position;
    }

    @Override
    public void breakEpoch(String epoch) {
      assertThat(isAsked()).isFalse();
      broken = epoch;
    }
  }

  /// What the scripts do, in a few lines of Java.
  private static final class ModelRoom {

    record Snapshot(Position top, List<Stored> stream) {}

    final List<Stored> stream = new ArrayList<>();
    int pageSize = 500;
    int epochs = 1;
    @Nullable Stored unreadable;
    private Position top = Position.of("e1", 0);
    private long tags;

    String epoch() {
      return top.epoch();
    }

    Position top() {
      return top;
    }

    Stored publish(String text) {
      var position = new Position(top.epoch(), top.offset() + 1, ++tags);
      Publication publication = Publication.at(position, Text.of(text), Map.of(), Instant.EPOCH);
      var stored = new Stored(position, top.tag(), publication);
      stream.add(stored);
      top = position;
      return stored;
    }

    Page read(@Nullable Position since) {
      if (since == null || !since.epoch().equals(top.epoch())) {
        return new Page(top, 0, List.of(), true);
      }
      List<Stored> found =
          stream.stream()
              .filter(it -> it.position().offset() > since.offset())
              .limit(pageSize)
              .toList();
      int broken = unreadable == null ? -1 : found.indexOf(unreadable);
      return broken < 0
          ? new Page(top, 0, found, true)
          : new Page(top, 0, found.subList(0, broken), false);
    }

    Position breakEpoch(String broken) {
      if (top.epoch().equals(broken)) {
        flush();
      }
      return top;
    }

    void flush() {
      stream.clear();
      top = Position.of("e" + ++epochs, 0);
    }

    void trimTo(int size) {
      while (stream.size() > size) {
        stream.removeFirst();
      }
    }

    Snapshot save() {
      return new Snapshot(top, List.copyOf(stream));
    }

    void load(Snapshot snapshot) {
      top = snapshot.top();
      stream.clear();
      stream.addAll(snapshot.stream());
    }
  }
}
