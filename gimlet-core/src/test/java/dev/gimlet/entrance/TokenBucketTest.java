package dev.gimlet.entrance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.RateLimit;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {

  private final TokenBucket bucket = new TokenBucket(new RateLimit(3, 2), 10, 0);

  @Test
  void givesTheBurstAtOnceAndNoMore() {
    assertThat(takeAll(0)).isEqualTo(3);
  }

  @Test
  void fillsAtItsRate() {
    takeAll(0);

    assertThat(takeAll(4)).isZero();
    assertThat(takeAll(5)).isEqualTo(1); // two per second of ten ticks
    assertThat(takeAll(14)).isEqualTo(1);
    assertThat(takeAll(15)).isEqualTo(1);
  }

  @Test
  void holdsNoMoreThanTheBurst() {
    assertThat(takeAll(1_000_000)).isEqualTo(3);
  }

  @Test
  void countsWhatIsLargerThanTheBurstAsTheBurst() {
    assertThat(bucket.take(1000, 0)).isTrue();
    assertThat(takeAll(0)).isZero();
  }

  @Test
  void keepsWhatWasGrantedToAFullBucket() {
    bucket.grant();

    assertThat(takeAll(1000)).isEqualTo(4);
  }

  @Test
  void survivesTheClocksOverflow() {
    TokenBucket late = new TokenBucket(new RateLimit(1, 10), 10, Integer.MAX_VALUE);
    late.take(1, Integer.MAX_VALUE);

    assertThat(late.take(1, Integer.MIN_VALUE)).isTrue();
    assertThat(late.take(1, Integer.MIN_VALUE)).isFalse();
  }

  @Test
  void isNeverEmptyWithoutALimit() {
    TokenBucket unlimited = new TokenBucket(RateLimit.NONE, 10, 0);

    for (int i = 0; i < 1000; i++) {
      assertThat(unlimited.take(17, i)).isTrue();
    }
  }

  private int takeAll(int now) {
    int taken = 0;
    while (bucket.take(1, now)) {
      taken++;
    }
    return taken;
  }
}
