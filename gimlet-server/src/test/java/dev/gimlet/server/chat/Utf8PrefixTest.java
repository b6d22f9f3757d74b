package dev.gimlet.server.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8PrefixTest {

  @ParameterizedTest
  @CsvSource({"abcdef, 3, abc", "aéb, 2, a", "aéb, 3, aé", "a😀b, 4, a", "a😀b, 5, a😀"})
  void cutsAtTheBorderOfACharacter(String text, int maxBytes, String expected) {
    assertThat(Utf8Prefix.of(text.getBytes(UTF_8), maxBytes)).isEqualTo(expected);
  }
}
