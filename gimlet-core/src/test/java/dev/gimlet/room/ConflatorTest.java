package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.websocket.Text;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ConflatorTest {

  private final Conflator conflator = new Conflator();

  @Test
  void letsTheFirstOfEachKeyPass() {
    assertThat(conflator.admit(of("a", "1"))).isTrue();
    assertThat(conflator.admit(of("b", "1"))).isTrue();
    assertThat(conflator.admit(of("a", "2"))).isFalse();
  }

  @Test
  void keepsTheLatestOfEachKeyInTheOrderOfTheLatest() {
    conflator.admit(of("a", "1"));
    conflator.admit(of("b", "1"));
    conflator.admit(of("a", "2"));
    conflator.admit(of("b", "2"));
    conflator.admit(of("a", "3"));

    assertThat(FakeMember.texts(conflator.endInterval())).containsExactly("2", "3");
  }

  @Test
  void beginsTheNextIntervalWithWhatPassedAtTheEndOfTheLast() {
    conflator.admit(of("a", "1"));
    conflator.admit(of("a", "2"));
    conflator.endInterval();

    assertThat(conflator.isRunning()).isTrue();
    assertThat(conflator.admit(of("a", "3"))).isFalse();
    conflator.endInterval();
    assertThat(conflator.endInterval()).isEmpty();
    assertThat(conflator.isRunning()).isFalse();
    assertThat(conflator.admit(of("a", "4"))).isTrue();
  }

  @Test
  void tellsAtMostSoManyKeysApart() {
    for (int i = 0; i < Conflator.MAX_KEYS; i++) {
      conflator.admit(of("k" + i, "1"));
    }

    assertThat(conflator.admit(of("one more", "1"))).isTrue();
    assertThat(conflator.admit(of("one more", "2"))).isTrue();
    assertThat(conflator.admit(of("k0", "2"))).isFalse();
  }

  private static Publication of(String key, String text) {
    return Publication.of(Text.of(text), PublishOptions.NONE.conflationKey(key), Instant.EPOCH);
  }
}
