package dev.gimlet.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoomNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "chat:1", "大厅", "👩‍👩‍👧 room", "*", "a b/c?d=é"})
  void takesAnyText(String name) {
    assertThat(RoomName.checked(name)).isEqualTo(name);
  }

  @Test
  void countsBytes() {
    for (String character : new String[] {"a", "é", "大", "😀"}) {
      int bytes = character.getBytes(UTF_8).length;
      String longest = character.repeat(RoomName.MAX_BYTES / bytes);
      assertThat(RoomName.checked(longest)).isEqualTo(longest);
      assertThatThrownBy(() -> RoomName.checked(longest + character))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("bytes of UTF-8: use 1 to 256");
    }
  }

  @Test
  void refusesAnEmptyName() {
    assertThatThrownBy(() -> RoomName.checked(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the name of a room has 0 bytes of UTF-8: use 1 to 256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "\u0000", "a\u007f", "a\u0085"})
  void refusesControlCharacters(String name) {
    assertThatThrownBy(() -> RoomName.checked(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("control character");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\ud800", "\udc00a", "\ud800\ud800"})
  void refusesHalfACharacter(String name) {
    assertThatThrownBy(() -> RoomName.checked(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("half of a surrogate pair");
  }
}
