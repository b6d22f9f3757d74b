package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Present;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NoticeGathererTest {

  private static final Present ANN = new Present("1", "Ann");
  private static final Present BOB = new Present("2", "Bob");

  private final NoticeGatherer gatherer = new NoticeGatherer();

  @Test
  void tellsWhoCameAndWhoLeftOnce() {
    gatherer.joined(ANN);
    gatherer.left(BOB);
    assertThat(gatherer.hasNews()).isTrue();

    assertThat(gatherer.take()).isEqualTo(new PresenceNotice(List.of(ANN), List.of(BOB), 0, 0));
    assertThat(gatherer.hasNews()).isFalse();
  }

  @Test
  void tellsNothingOfOneWhoCameAndLeft() {
    gatherer.joined(ANN);
    gatherer.left(ANN);
    gatherer.left(BOB);
    gatherer.joined(BOB);

    assertThat(gatherer.hasNews()).isFalse();
  }

  @Test
  void namesAFewOfMany() {
    IntStream.range(0, 25).forEach(i -> gatherer.joined(new Present("j" + i, "")));
    IntStream.range(0, 20).forEach(i -> gatherer.left(new Present("l" + i, "")));

    PresenceNotice notice = gatherer.take();

    assertThat(notice.joined()).hasSize(20);
    assertThat(notice.moreJoined()).isEqualTo(5);
    assertThat(notice.left()).hasSize(20);
    assertThat(notice.moreLeft()).isZero();
  }
}
