package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.spi.Retention;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

final class RoomOptionsTest {

  @Test
  void doNothingByDefault() {
    RoomOptions options = RoomOptions.defaults();

    assertThat(options.retention()).isEqualTo(Retention.NONE);
    assertThat(options.hasPresence()).isFalse();
    assertThat(options.hasNotices()).isFalse();
    assertThat(options.conflationInterval()).isEmpty();
  }

  @Test
  void noticesIncludePresence() {
    assertThat(RoomOptions.builder().notices().build().hasPresence()).isTrue();
  }

  @Test
  void historyAndConflationExcludeEachOther() {
    RoomOptions.Builder both =
        RoomOptions.builder().history(1, Duration.ofMinutes(1)).conflation(Duration.ofMillis(1));

    assertThatThrownBy(both::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "history and conflation in one room: history promises every publication, conflation"
                + " leaves some out; choose one");
  }

  @Test
  void limitsAreChecked() {
    RoomOptions.Builder builder = RoomOptions.builder();

    assertThatThrownBy(() -> builder.history(0, Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.history(Retention.MAX_SIZE + 1, Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.history(1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.history(1, ChronoUnit.FOREVER.getDuration()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.conflation(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.conflation(Duration.ofHours(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
