package dev.gimlet.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.PresenceStore.Presence;
import dev.gimlet.spi.Present;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrowdTest {

  @Test
  void countsPeopleAndNotTheirConnections() {
    Presence presence =
        new Presence(
            List.of(new Present("1", "Ann"), new Present("2", "Ann"), new Present("3", "")), 3);

    assertThat(Crowd.of(presence)).isEqualTo(new Crowd(List.of("Ann"), 1));
  }

  @Test
  void namesTheFirstOfMany() {
    Crowd crowd = Crowd.of(new Presence(people(150), 150));

    assertThat(crowd.names()).hasSize(Crowd.MAX_NAMES).startsWith("p0");
    assertThat(crowd.count()).isEqualTo(150);
  }

  @Test
  void countsConnectionsWhenNotAllAreKnown() {
    assertThat(Crowd.of(new Presence(people(200), 5000)).count()).isEqualTo(5000);
  }

  private static List<Present> people(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> new Present("id" + number, "p" + number))
        .toList();
  }
}
