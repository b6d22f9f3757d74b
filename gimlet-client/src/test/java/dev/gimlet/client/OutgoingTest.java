package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutgoingTest {

  private static final Message ONE = Text.of("one");
  private static final Message TWO = Text.of("two");
  private static final Message THREE = Text.of("three");
  private static final int COST = 3 + Outgoing.OVERHEAD_BYTES;

  @Nested
  class Waiting {

    @Test
    void keepsOrder() {
      Outgoing outgoing = outgoing(OfflinePolicy.KEEP, 1 << 20);

      assertThat(outgoing.offer(ONE)).isEqualTo(SendOutcome.QUEUED);
      assertThat(outgoing.offer(TWO)).isEqualTo(SendOutcome.QUEUED);

      assertThat(outgoing.first()).isEqualTo(ONE);
      outgoing.removeFirst();
      assertThat(outgoing.first()).isEqualTo(TWO);
      outgoing.removeFirst();
      assertThat(outgoing.first()).isNull();
      assertThat(outgoing.isWaiting()).isFalse();
    }

    @Test
    void putsWhatAGreetingLeavesBehindBeforeTheRest() {
      Outgoing outgoing = outgoing(OfflinePolicy.KEEP, 4 * COST);
      outgoing.offer(ONE);

      assertThat(outgoing.isGreetingWaiting()).isFalse();
      assertThat(outgoing.offerGreeting(TWO)).isEqualTo(SendOutcome.QUEUED);
      assertThat(outgoing.isGreetingWaiting()).isTrue();
      assertThat(outgoing.offerGreeting(ONE)).isEqualTo(SendOutcome.QUEUED);
      assertThat(outgoing.offer(TWO)).isEqualTo(SendOutcome.QUEUED);
      assertThat(outgoing.offerGreeting(ONE)).isEqualTo(SendOutcome.REFUSED);
      outgoing.endGreeting();

      assertThat(outgoing.isGreetingWaiting()).isFalse();
      assertThat(outgoing.takeWaiting()).containsExactly(TWO, ONE, ONE, TWO);
    }

    @Test
    void refusesWhatIsBeyondTheLimitAndTakesMoreWhenThereIsRoom() {
      Outgoing outgoing = outgoing(OfflinePolicy.KEEP, 2 * COST);
      outgoing.offer(ONE);
      outgoing.offer(TWO);

      assertThat(outgoing.offer(THREE)).isEqualTo(SendOutcome.REFUSED);
      outgoing.removeFirst();
      assertThat(outgoing.offer(ONE)).isEqualTo(SendOutcome.QUEUED);

      assertThat(outgoing.takeWaiting()).containsExactly(TWO, ONE);
    }

    @Test
    void takesOneMessageLargerThanTheLimit() {
      Outgoing outgoing = outgoing(OfflinePolicy.KEEP, 10);

      assertThat(outgoing.offer(ONE)).isEqualTo(SendOutcome.QUEUED);
      assertThat(outgoing.offer(TWO)).isEqualTo(SendOutcome.REFUSED);
    }

    @Test
    void givesEverythingBackOnce() {
      Outgoing outgoing = outgoing(OfflinePolicy.KEEP, 1 << 20);
      outgoing.offer(ONE);

      assertThat(outgoing.takeWaiting()).containsExactly(ONE);
      assertThat(outgoing.takeWaiting()).isEmpty();
      assertThat(outgoing.isWaiting()).isFalse();
    }

    @Test
    void tellsWhatItDropped() {
      Outgoing outgoing = outgoing(OfflinePolicy.DROP, 1 << 20);

      assertThat(outgoing.offer(ONE)).isEqualTo(SendOutcome.DROPPED);

      assertThat(outgoing.isWaiting()).isFalse();
      assertThat(outgoing.takeDropped()).containsExactly(ONE);
      assertThat(outgoing.takeDropped()).isEmpty();
    }

    @Test
    void dropsNoMoreThanTheLimitUntilThatIsTold() {
      Outgoing outgoing = outgoing(OfflinePolicy.DROP, 2 * COST);
      outgoing.offer(ONE);
      outgoing.offer(TWO);

      assertThat(outgoing.offer(THREE)).isEqualTo(SendOutcome.REFUSED);

      assertThat(outgoing.takeDropped()).containsExactly(ONE, TWO);
      assertThat(outgoing.isDropping()).isFalse();
      assertThat(outgoing.offer(THREE)).isEqualTo(SendOutcome.DROPPED);
      assertThat(outgoing.isDropping()).isTrue();
    }

    @Test
    void dropsOneMessageLargerThanTheLimit() {
      Outgoing outgoing = outgoing(OfflinePolicy.DROP, 0);

      assertThat(outgoing.offer(ONE)).isEqualTo(SendOutcome.DROPPED);
      assertThat(outgoing.offer(TWO)).isEqualTo(SendOutcome.REFUSED);
    }

    @Test
    void refusesAtOnceWhenItIsToldTo() {
      Outgoing outgoing = outgoing(OfflinePolicy.FAIL, 1 << 20);

      assertThat(outgoing.offer(ONE)).isEqualTo(SendOutcome.REFUSED);
      assertThat(outgoing.takeWaiting()).isEmpty();
      assertThat(outgoing.takeDropped()).isEmpty();
    }
  }

  @Nested
  class Unconfirmed {

    private final Outgoing outgoing = outgoing(OfflinePolicy.KEEP, 1 << 20);

    @Test
    void forgetsWhatWasSentBeforeTheQuestionThatIsAnswered() {
      outgoing.sent(ONE);
      ByteBuffer question = ByteBuffer.wrap(outgoing.question(0));
      outgoing.sent(TWO);

      outgoing.answered(question);

      assertThat(outgoing.takeUnconfirmed()).containsExactly(TWO);
      assertThat(outgoing.isUnconfirmed()).isFalse();
    }

    @Test
    void asksForNothingTwice() {
      assertThat(outgoing.isToBeAsked()).isFalse();
      outgoing.sent(ONE);
      assertThat(outgoing.isToBeAsked()).isTrue();
      ByteBuffer first = ByteBuffer.wrap(outgoing.question(0));
      assertThat(outgoing.isToBeAsked()).isFalse();
      outgoing.sent(TWO);
      assertThat(outgoing.isToBeAsked()).isTrue();

      outgoing.answered(first);
      outgoing.answered(ByteBuffer.wrap(outgoing.question(1)));

      assertThat(outgoing.isToBeAsked()).isFalse();
      assertThat(outgoing.takeUnconfirmed()).isEmpty();
    }

    @Test
    void asksOncePerInterval() {
      outgoing.sent(ONE);
      assertThat(outgoing.nanosToNextQuestion(500)).isZero();
      outgoing.question(500);
      outgoing.sent(TWO);

      assertThat(outgoing.nanosToNextQuestion(600))
          .isEqualTo(Duration.ofSeconds(1).toNanos() - 100);
      assertThat(outgoing.nanosToNextQuestion(Duration.ofSeconds(2).toNanos())).isNegative();
    }

    @Test
    void takesNoAnswerToWhatWasNotAsked() {
      outgoing.sent(ONE);

      outgoing.answered(ByteBuffer.allocate(0));
      outgoing.answered(ByteBuffer.allocate(7));
      outgoing.answered(ByteBuffer.allocate(8).putLong(0, 1));
      outgoing.answered(ByteBuffer.allocate(8).putLong(0, Long.MAX_VALUE));
      outgoing.answered(ByteBuffer.allocate(8).putLong(0, -1));

      assertThat(outgoing.takeUnconfirmed()).containsExactly(ONE);
    }

    @Test
    void takesLateAnswersOfAnEarlierConnection() {
      outgoing.sent(ONE);
      ByteBuffer late = ByteBuffer.wrap(outgoing.question(0));
      outgoing.takeUnconfirmed();
      outgoing.sent(TWO);

      outgoing.answered(late);

      assertThat(outgoing.takeUnconfirmed()).containsExactly(TWO);
    }

    @Test
    void remembersAsMuchAsTheLimit() {
      Outgoing small = outgoing(OfflinePolicy.KEEP, 10 * COST);
      IntStream.range(0, 100).forEach(i -> small.sent(Text.of("%03d".formatted(i))));

      assertThat(small.takeUnconfirmed())
          .hasSize(10)
          .startsWith(Text.of("090"))
          .endsWith(Text.of("099"));
    }

    @Test
    void remembersNothingWhenItMayNotAsk() {
      Outgoing silent =
          new Outgoing(ClientOptions.builder().confirmInterval(Duration.ZERO).build());

      silent.sent(ONE);

      assertThat(silent.isToBeAsked()).isFalse();
      assertThat(silent.takeUnconfirmed()).isEmpty();
    }
  }

  private static Outgoing outgoing(OfflinePolicy policy, int bytes) {
    return new Outgoing(ClientOptions.builder().offline(policy, bytes).build());
  }
}
