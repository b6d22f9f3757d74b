package dev.gimlet.server.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamCheckTest {

  @ParameterizedTest
  @CsvSource({
    "'0 1 2 3', 4, 0, 0, 0",
    "'0 1 3', 4, 1, 0, 0",
    "'0 1', 4, 2, 0, 0",
    "'', 4, 4, 0, 0",
    "'0 2 1 3', 4, 0, 1, 0",
    "'3 2 1 0', 4, 0, 3, 0",
    "'0 1 1 2 2 2 3', 4, 0, 0, 3",
    "'0 3 3 1 1', 5, 2, 1, 2"
  })
  void countsWhatIsLostDoubledAndOutOfOrder(
      String numbers, long sent, long lost, long reordered, long duplicated) {
    StreamCheck check = new StreamCheck();
    for (String number : numbers.split(" ", -1)) {
      if (!number.isEmpty()) {
        check.received(Long.parseLong(number));
      }
    }

    assertThat(check.lost(sent)).isEqualTo(lost);
    assertThat(check.reordered()).isEqualTo(reordered);
    assertThat(check.duplicated()).isEqualTo(duplicated);
  }
}
