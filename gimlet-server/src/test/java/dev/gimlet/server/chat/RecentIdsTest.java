package dev.gimlet.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.server.chat.RecentIds.Said;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentIdsTest {

  private final RecentIds ids = new RecentIds();

  @Test
  void knowsWhoSaidItAndWhen() {
    ids.add("a", new Said("Ann", 7));

    assertThat(ids.find("a")).contains(new Said("Ann", 7));
    assertThat(ids.find("b")).isEmpty();
  }

  @Test
  void forgetsTheOldestBeyondItsLimit() {
    IntStream.rangeClosed(0, RecentIds.MAX_IDS)
        .forEach(number -> ids.add("m" + number, new Said("Ann", number)));

    assertThat(ids.find("m0")).isEmpty();
    assertThat(ids.find("m1")).isPresent();
  }
}
