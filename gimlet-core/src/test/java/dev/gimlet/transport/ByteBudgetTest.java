package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ByteBudgetTest {

  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void reservesUpToItsLimit() {
    assertThat(budget.reserve(60)).isTrue();
    assertThat(budget.reserve(40)).isTrue();
    assertThat(budget.reserve(1)).isFalse();
    assertThat(budget.used()).isEqualTo(100);
  }

  @Test
  void admitsOneLargeItemWhenNothingElseWaits() {
    assertThat(budget.reserve(1000)).isTrue();
    assertThat(budget.reserve(1)).isFalse();
  }

  @Test
  void takesBackWhatIsReleased() {
    budget.reserve(100);
    budget.release(30);

    assertThat(budget.reserve(30)).isTrue();
  }

  @Test
  void forcesBeyondItsLimit() {
    budget.force(150);

    assertThat(budget.used()).isEqualTo(150);
  }
}
