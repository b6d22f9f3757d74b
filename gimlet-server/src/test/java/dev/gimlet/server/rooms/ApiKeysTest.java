package dev.gimlet.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "0123456789abcde", "a key with spaces", "schlüssel-mit-umlaut"})
  void areLongAndPlain(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKeys.checked(key))
        .withMessageStartingWith("an API key")
        .satisfies(refusal ->
            assertThat(key.isEmpty() || !String.valueOf(refusal.getMessage()).contains(key))
                .isTrue());
  }

  @Test
  void mayHaveSixteenCharacters() {
    assertThat(ApiKeys.checked("0123456789abcdef")).hasSize(ApiKeys.MIN_CHARACTERS);
  }
}
