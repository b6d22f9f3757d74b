package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainWindowTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "10, 10", "1000, 1000", "2500, 2500", "100000, 2500"})
  void growsWithTheConnectionsUpToHalfOfTheTime(int connections, long millis) {
    DrainWindow window = DrainWindow.of(connections, Duration.ofSeconds(5));

    assertThat(window.length()).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"7, 3, 3", "70, 3, 30", "140, 100, 2000", "120, 15000, 60000"})
  void growsFasterWhereThereIsMoreTime(int seconds, int connections, long millis) {
    DrainWindow window = DrainWindow.of(connections, Duration.ofSeconds(seconds));

    assertThat(window.length()).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void hasMomentsAllOverIt() {
    DrainWindow window = DrainWindow.of(1000, Duration.ofSeconds(5));
    Random random = new Random(1);

    List<Long> tenths =
        Stream.generate(() -> window.moment(random).toMillis() / 100)
            .limit(1000)
            .distinct()
            .toList();

    assertThat(tenths).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void isOneMomentWhenThereIsNoTime() {
    assertThat(DrainWindow.of(10, Duration.ZERO).moment(new Random(1))).isEqualTo(Duration.ZERO);
  }
}
