package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

  @Test
  void neverCountsWhatDoesNotFit() throws Exception {
    budget.force(10);
    CountDownLatch refused = new CountDownLatch(1);
    AtomicBoolean stop = new AtomicBoolean();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              while (!stop.get()) {
                budget.reserve(100);
                refused.countDown();
              }
            });
    refused.await();

    long most = 0;
    for (int look = 0; look < 10_000_000; look++) {
      most = Math.max(most, budget.used());
    }
    stop.set(true);
    other.join();

    assertThat(most).isEqualTo(10);
  }

  @Test
  void reservesExactlyItsLimitForManyThreads() throws Exception {
    ByteBudget large = new ByteBudget(100_000);
    AtomicInteger reserved = new AtomicInteger();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                while (large.reserve(1)) {
                  reserved.incrementAndGet();
                }
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(reserved).hasValue(100_000);
    assertThat(large.used()).isEqualTo(100_000);
  }
}
