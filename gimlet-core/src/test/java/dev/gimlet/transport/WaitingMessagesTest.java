package dev.gimlet.transport;

import static dev.gimlet.websocket.SlowConsumerPolicy.DROP_OLDEST;
import static dev.gimlet.websocket.SlowConsumerPolicy.LATEST_PER_KEY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.transport.WaitingMessages.Put;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.Text;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class WaitingMessagesTest {

  private static final int OVERHEAD = 64;
  private static final int LIMIT = 1000;
  private static final int FRAME = 100;
  private static final int FIT = LIMIT / (FRAME + OVERHEAD); // 6

  private final ByteBudget budget = new ByteBudget(LIMIT);
  private final DroppedMessages dropped = new DroppedMessages();

  @Nested
  class DropOldest {

    private final WaitingMessages waiting = waiting(DROP_OLDEST);

    @Test
    void keepsTheOrder() {
      waiting.put("a", null, FRAME);
      waiting.put("b", null, FRAME);

      assertThat(takeAll(waiting)).containsExactly("a", "b");
    }

    @Test
    void keepsTheSameMessageTwice() {
      Text same = Text.of("same");
      waiting.put(same, null, FRAME);
      waiting.put(same, "key", FRAME);
      waiting.put(same, "key", FRAME);

      assertThat(takeAll(waiting)).containsExactly(same, same, same);
    }

    @Test
    void dropsTheOldestToMakeRoom() {
      for (int i = 0; i < FIT + 2; i++) {
        assertThat(waiting.put(i, null, FRAME)).isNotEqualTo(Put.DROPPED);
      }

      assertThat(takeAll(waiting)).containsExactly(2, 3, 4, 5, 6, 7);
      assertThat(dropped.total()).isEqualTo(2);
    }

    @Test
    void dropsAllForOneThatIsLargerThanTheOutbox() {
      waiting.put("a", null, FRAME);
      waiting.put("b", null, FRAME);
      waiting.put("large", null, 2 * LIMIT);

      assertThat(takeAll(waiting)).containsExactly("large");
      assertThat(dropped.total()).isEqualTo(2);
    }

    @Test
    void letsOnlyTheNewestWaitBesideALargeOneThatIsBeingSent() {
      budget.force(2 * LIMIT);

      assertThat(waiting.put("a", null, FRAME)).isEqualTo(Put.FIRST);
      assertThat(waiting.put("b", null, FRAME)).isEqualTo(Put.FURTHER);
      assertThat(waiting.put("large", null, LIMIT)).isEqualTo(Put.DROPPED);

      assertThat(takeAll(waiting)).containsExactly("b");
      assertThat(dropped.total()).isEqualTo(2);
    }
  }

  @Nested
  class LatestPerKey {

    private final WaitingMessages waiting = waiting(LATEST_PER_KEY);

    @Test
    void putsTheNewestInThePlaceOfTheOldest() {
      waiting.put("a1", "a", FRAME);
      waiting.put("b1", "b", FRAME);
      waiting.put("a2", "a", FRAME);
      waiting.put("a3", "a", FRAME);

      assertThat(takeAll(waiting)).containsExactly("a3", "b1");
      assertThat(dropped.total()).isEqualTo(2);
    }

    @Test
    void neverReplacesAMessageWithoutAKey() {
      waiting.put("same", null, FRAME);
      waiting.put("same", null, FRAME);

      assertThat(takeAll(waiting)).containsExactly("same", "same");
      assertThat(dropped.total()).isZero();
    }

    @Test
    void putsAKeyThatHasLeftBehindTheOthers() {
      waiting.put("a1", "a", FRAME);
      assertThat(message(waiting.poll(FRAME))).isEqualTo("a1");
      waiting.put("b1", "b", FRAME);
      waiting.put("a2", "a", FRAME);

      assertThat(takeAll(waiting)).containsExactly("b1", "a2");
      assertThat(dropped.total()).isZero();
    }

    @Test
    void isFullWhenAllKeysTogetherDoNotFit() {
      for (String key : List.of("a", "b", "c", "d")) {
        assertThat(waiting.put(key, key, FRAME)).isNotEqualTo(Put.FULL);
      }

      assertThat(waiting.put("e", "e", FRAME)).isEqualTo(Put.FULL);
      assertThat(waiting.put("a2", "a", FRAME)).isEqualTo(Put.FURTHER);
      assertThat(takeAll(waiting)).containsExactly("a2", "b", "c", "d");
    }

    @Test
    void isFullWhenTheNewValueNeedsMoreRoomThanTheOldOneLeaves() {
      waiting.put("a1", "a", FRAME);
      waiting.put("b1", "b", FRAME);

      assertThat(waiting.put("a2", "a", LIMIT)).isEqualTo(Put.FULL);
      assertThat(takeAll(waiting)).containsExactly("a1", "b1");
    }

    @Test
    void takesAValueLargerThanTheOutboxWhenNothingElseWaits() {
      waiting.put("a1", "a", FRAME);

      assertThat(waiting.put("a2", "a", 2 * LIMIT)).isEqualTo(Put.FURTHER);
      assertThat(takeAll(waiting)).containsExactly("a2");
    }
  }

  @Test
  void tellsTheFirstGiverToWakeTheTaker() {
    WaitingMessages waiting = waiting(DROP_OLDEST);

    assertThat(waiting.put("a", null, FRAME)).isEqualTo(Put.FIRST);
    assertThat(waiting.put("b", null, FRAME)).isEqualTo(Put.FURTHER);
    waiting.poll(FRAME);
    waiting.poll(FRAME);
    assertThat(waiting.put("c", null, FRAME)).isEqualTo(Put.FURTHER); // the taker was not through
    takeAll(waiting);

    assertThat(waiting.put("d", null, FRAME)).isEqualTo(Put.FIRST);
  }

  @Test
  void givesNoFrameThatIsLargerThanAskedFor() {
    WaitingMessages waiting = waiting(DROP_OLDEST);
    waiting.put("a", null, FRAME);

    assertThat(waiting.poll(FRAME - 1)).isNull();
    assertThat(message(waiting.poll(FRAME))).isEqualTo("a");
  }

  @Test
  void leavesTheFramesCountedForTheOutbox() {
    WaitingMessages waiting = waiting(LATEST_PER_KEY);
    waiting.put("a1", "a", FRAME);
    waiting.put("a2", "a", FRAME);
    waiting.put("b", "b", FRAME);
    waiting.put("c", null, FRAME);
    takeAll(waiting);

    assertThat(budget.used()).isEqualTo(3 * FRAME);
  }

  @Test
  void givesAllThatIsLeftWhenItEnds() {
    WaitingMessages waiting = waiting(DROP_OLDEST);
    waiting.put("a", null, FRAME);
    waiting.put("b", null, FRAME);

    assertThat(waiting.finish())
        .extracting(WaitingMessages.Entry::message)
        .containsExactly("a", "b");
    assertThat(budget.used()).isEqualTo(2 * FRAME);
    assertThat(waiting.put("late", null, FRAME)).isEqualTo(Put.ENDED);
    assertThat(waiting.finish()).isEmpty();
  }

  @Test
  void forgetsWhatIsLeftWhenTheConnectionIsBroken() {
    WaitingMessages waiting = waiting(DROP_OLDEST);
    waiting.put("a", null, FRAME);

    waiting.end();

    assertThat(budget.used()).isZero();
    assertThat(takeAll(waiting)).isEmpty();
    assertThat(waiting.put("late", null, FRAME)).isEqualTo(Put.ENDED);
  }

  private WaitingMessages waiting(SlowConsumerPolicy policy) {
    return new WaitingMessages(policy, budget, dropped);
  }

  private static List<Object> takeAll(WaitingMessages waiting) {
    List<Object> taken = new ArrayList<>();
    for (var next = waiting.poll(Long.MAX_VALUE);
        next != null;
        next = waiting.poll(Long.MAX_VALUE)) {
      taken.add(next.message());
    }
    return taken;
  }

  private static Object message(WaitingMessages.@Nullable Entry entry) {
    return requireNonNull(entry).message();
  }
}
