package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoomPatternsTest {

  private final RoomPatterns patterns = new RoomPatterns();

  @Test
  void theLongestMatchWins() {
    RoomOptions all = keeping(1);
    RoomOptions chats = keeping(2);
    RoomOptions team = keeping(3);
    RoomOptions one = keeping(4);
    patterns.add("chat:*", chats);
    patterns.add("*", all);
    patterns.add("chat:team:*", team);
    patterns.add("chat:team:1", one);

    assertThat(patterns.options("news")).isSameAs(all);
    assertThat(patterns.options("chat:1")).isSameAs(chats);
    assertThat(patterns.options("chat:")).isSameAs(chats);
    assertThat(patterns.options("chat:team:2")).isSameAs(team);
    assertThat(patterns.options("chat:team:1")).isSameAs(one);
    assertThat(patterns.options("chat:team:11")).isSameAs(team);
  }

  @Test
  void aNameMatchesItselfOnly() {
    patterns.add("chat", keeping(1));

    assertThat(patterns.options("chats")).isSameAs(RoomOptions.defaults());
    assertThat(patterns.options("cha")).isSameAs(RoomOptions.defaults());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a*b", "**", "*a", "a*b*"})
  void refusesAStarInTheMiddle(String pattern) {
    assertThatThrownBy(() -> patterns.add(pattern, keeping(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "pattern \"" + pattern + "\": a * may only be the last character, as in chat:*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\n", "a\n*"})
  void refusesWhatNoNameMatches(String pattern) {
    assertThatThrownBy(() -> patterns.add(pattern, keeping(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "chat:*", "*"})
  void refusesAPatternTwice(String pattern) {
    patterns.add(pattern, keeping(1));

    assertThatThrownBy(() -> patterns.add(pattern, keeping(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has options already");
  }

  private static RoomOptions keeping(int size) {
    return RoomOptions.builder().history(size, Duration.ofMinutes(1)).build();
  }
}
