package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class HandoffTest {

  private final Handoff<Integer> handoff = new Handoff<>();

  @Test
  void givesInTheOrderOfTaking() {
    handoff.give(1);
    handoff.give(2);
    handoff.give(3);

    assertThat(takeAll()).containsExactly(1, 2, 3);
  }

  @Test
  void tellsTheFirstGiverToWakeTheTaker() {
    assertThat(handoff.give(1)).isEqualTo(Handoff.Given.FIRST);
    assertThat(handoff.give(2)).isEqualTo(Handoff.Given.FURTHER);

    takeAll();

    assertThat(handoff.give(3)).isEqualTo(Handoff.Given.FIRST);
  }

  @Test
  void isEmptyAfterTaking() {
    handoff.give(1);

    takeAll();

    assertThat(handoff.isEmpty()).isTrue();
    assertThat(takeAll()).isEmpty();
  }

  @Test
  void refusesWhatIsGivenAfterTheLastItem() {
    handoff.give(1);
    assertThat(handoff.end(2)).isEqualTo(Handoff.Given.FURTHER);

    assertThat(handoff.give(3)).isEqualTo(Handoff.Given.REFUSED);
    assertThat(takeAll()).containsExactly(1, 2);

    assertThat(handoff.isEmpty()).isTrue();
    assertThat(handoff.give(4)).isEqualTo(Handoff.Given.REFUSED);
    assertThat(handoff.end(5)).isEqualTo(Handoff.Given.REFUSED);
    assertThat(takeAll()).isEmpty();
  }

  @Test
  void tellsWhoGivesOnlyTheLastItemToWakeTheTaker() {
    assertThat(handoff.end(1)).isEqualTo(Handoff.Given.FIRST);
    assertThat(handoff.isEmpty()).isFalse();

    assertThat(takeAll()).containsExactly(1);
  }

  @Test
  void keepsTheOrderOfEachOfManyGivers() throws Exception {
    int givers = 4;
    int items = 50_000;
    CountDownLatch done = new CountDownLatch(givers);
    List<Integer> taken = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int giver = 0; giver < givers; giver++) {
        int first = giver * items;
        threads.execute(() -> {
          for (int item = 0; item < items; item++) {
            handoff.give(first + item);
          }
          done.countDown();
        });
      }
      while (done.getCount() > 0) {
        handoff.takeAll(taken::add);
      }
      handoff.takeAll(taken::add);
    }

    assertThat(taken).hasSize(givers * items);
    Map<Integer, Integer> lastOf = new HashMap<>();
    assertThat(taken).allMatch(item -> isNewer(lastOf.put(item / items, item), item));
  }

  private static boolean isNewer(Integer before, int item) {
    return before == null || before < item;
  }

  private List<Integer> takeAll() {
    List<Integer> taken = new ArrayList<>();
    handoff.takeAll(taken::add);
    return taken;
  }
}
