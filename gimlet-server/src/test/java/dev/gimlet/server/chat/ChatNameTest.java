package dev.gimlet.server.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"Ann", "李华", "release 1.0 / beta", "👩‍👩‍👧", "a", "Ève"})
  void takesVisibleNames(String name) {
    assertThat(ChatName.parse("name", name).value()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {" Ann\u3000", "\u00a0Ann", "Ann\u202f", "\u200bAnn\u200b", "\u3164Ann"})
  void dropsWhatCannotBeSeenAroundTheName(String name) {
    assertThat(ChatName.parse("name", name).value()).isEqualTo("Ann");
  }

  @Test
  void countsCharactersNotCodeUnits() {
    assertThat(ChatName.parse("room", "😀".repeat(64)).value()).hasSize(128);
    assertThatThrownBy(() -> ChatName.parse("room", "😀".repeat(65)))
        .hasMessage("room of 65 characters: write at most 64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u200b", "\u200d \u00ad", "\u00a0", "\u2007", "\u3164"})
  void refusesNamesNobodySees(String name) {
    assertThatThrownBy(() -> ChatName.parse("name", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name is empty: write 1 to 64 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "a\nb", "a\u0085b", "a\u2028b", "a\u202eb", "a\ud800b"})
  void refusesControlCharacters(String name) {
    assertThatThrownBy(() -> ChatName.parse("name", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("name has control characters");
  }
}
