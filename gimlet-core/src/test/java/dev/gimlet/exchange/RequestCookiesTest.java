package dev.gimlet.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCookiesTest {
  private static final List<String> FIELDS = List.of("a=1; b=2;c = 3; d=\"4\"; a=5", "e==6=; f");

  @ParameterizedTest
  @CsvSource({"a, 1", "b, 2", "d, 4", "e, '=6='"})
  void areFoundByName(String name, String value) {
    assertThat(RequestCookies.find(FIELDS, name)).hasValue(value);
  }

  @ParameterizedTest
  @CsvSource({"x", "A", "f", "''"})
  void areNotFoundOtherwise(String name) {
    assertThat(RequestCookies.find(FIELDS, name)).isEmpty();
  }

  @Test
  void areNotNeeded() {
    assertThat(RequestCookies.find(List.of(), "a")).isEmpty();
  }
}
