package dev.gimlet.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.PublishOptions;
import org.junit.jupiter.api.Test;

class LineKeyTest {

  @Test
  void isTheSameForTheSameSenderAndId() {
    assertThat(LineKey.of("Ann", new Line("1", "hi")))
        .isEqualTo(LineKey.of("Ann", new Line("1", "hi")));
  }

  @Test
  void isAnotherForAnotherSenderOrId() {
    String key = LineKey.of("Ann", new Line("1", "hi"));

    assertThat(LineKey.of("Bob", new Line("1", "hi"))).isNotEqualTo(key);
    assertThat(LineKey.of("Ann", new Line("2", "hi"))).isNotEqualTo(key);
    assertThat(LineKey.of("An", new Line("n1", "hi"))).isNotEqualTo(key);
  }

  @Test
  void isShortEnoughForTheLongestNameAndId() {
    String key = LineKey.of("😀".repeat(ChatName.MAX_CHARACTERS), new Line("x".repeat(64), "hi"));

    assertThat(key).hasSizeLessThanOrEqualTo(PublishOptions.MAX_KEY_CHARACTERS);
  }
}
