package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void hasColoursWhenSomebodyLooks() {
    assertThat(Terminal.hasColours(true, Map.of("TERM", "xterm"))).isTrue();
    assertThat(Terminal.hasColours(true, Map.of("NO_COLOR", ""))).isTrue();
  }

  @Test
  void hasNoneInAPipe() {
    assertThat(Terminal.hasColours(false, Map.of("TERM", "xterm"))).isFalse();
  }

  @Test
  void hasNoneWhenNobodyWantsThem() {
    assertThat(Terminal.hasColours(true, Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(Terminal.hasColours(true, Map.of("TERM", "dumb"))).isFalse();
  }
}
