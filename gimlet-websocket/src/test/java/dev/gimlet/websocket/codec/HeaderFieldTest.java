package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderFieldTest {

  @Test
  void isFoundInAnyCase() {
    assertThat(new HeaderField("Retry-After", "1").isNamed("retry-after")).isTrue();
    assertThat(new HeaderField("Retry-After", "1").isNamed("retry")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "ä", "a\0"})
  void hasATokenForAName(String name) {
    assertThatThrownBy(() -> new HeaderField(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("[ -~]*§5.1\\)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb", "a\nb", "a\rb", "a\0", "a\u007f", "\u0001", "€"})
  void staysInItsLine(String value) {
    assertThatThrownBy(() -> new HeaderField("X", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X");
  }

  @Test
  void takesSpacesTabsAndLatin1() {
    assertThat(new HeaderField("X", "a\t b é").value()).isEqualTo("a\t b é");
  }
}
