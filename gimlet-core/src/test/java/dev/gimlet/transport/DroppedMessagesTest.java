package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DroppedMessagesTest {

  private final DroppedMessages dropped = new DroppedMessages();

  @Test
  void tellsTheFirstAtOnceAndFurtherOnesAfterASecond() {
    dropped.add(1);
    assertThat(dropped.takeUntold(5)).isEqualTo(1);
    dropped.add(2);
    dropped.add(3);

    assertThat(dropped.takeUntold(14)).isZero();
    assertThat(dropped.takeUntold(15)).isEqualTo(5);
    assertThat(dropped.takeUntold(100)).isZero();
  }

  @Test
  void tellsTheLastOnesWhenItEnds() {
    dropped.add(1);
    dropped.takeUntold(0);
    dropped.add(2);

    assertThat(dropped.finish()).isEqualTo(2);
    assertThat(dropped.finish()).isZero();
    assertThat(dropped.takeUntold(100)).isZero();
  }

  @Test
  void countsNothingOnceItEnded() {
    dropped.add(2);
    dropped.finish();

    assertThat(dropped.add(1)).isFalse();
    assertThat(dropped.total()).isEqualTo(2);
  }

  @Test
  void endsAlsoWithoutAny() {
    assertThat(dropped.finish()).isZero();

    assertThat(dropped.add(1)).isFalse();
    assertThat(dropped.total()).isZero();
  }

  @Test
  void tellsEveryMessageThatWasCountedWhileItEnded() throws Exception {
    AtomicLong counted = new AtomicLong();
    long told = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        threads.execute(() -> {
          while (dropped.add(1)) {
            counted.incrementAndGet();
          }
        });
      }
      for (int now = 0; dropped.total() < 10_000; now += 10) {
        told += dropped.takeUntold(now);
        Thread.onSpinWait();
      }
      told += dropped.finish();
    }

    assertThat(told).isEqualTo(counted.get()).isEqualTo(dropped.total());
  }
}
