package dev.gimlet.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gimlet.http.HttpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
  @ParameterizedTest
  @CsvSource({
    "/, /, ''",
    "/a/b, /a/b, ''",
    "/a?, /a, ''",
    "/a?b=c?d, /a, b=c?d",
    "/?/a, /, /a",
    "http://host, /, ''",
    "http://host:80/a?b, /a, b",
    "HTTPS://host?b, /, b"
  })
  void isAPathAndAQuery(String text, String path, String query) {
    RequestTarget target = RequestTarget.parse("GET", text);

    assertThat(target.path().text()).isEqualTo(path);
    assertThat(target.query()).isEqualTo(query);
  }

  @Test
  void hasAnAuthorityInTheAbsoluteForm() {
    assertThat(RequestTarget.parse("GET", "http://host:81/a").authority()).hasValue("host:81");
    assertThat(RequestTarget.parse("GET", "/a").authority()).isEmpty();
  }

  @Test
  void isTheServerOnlyForOptions() {
    assertThat(RequestTarget.parse("OPTIONS", "*")).isEqualTo(RequestTarget.SERVER);
    assertThatExceptionOfType(HttpException.class)
        .isThrownBy(() -> RequestTarget.parse("GET", "*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "host:443", "http://", "ftp://host/", "http://u@host/", "/#", "/%"})
  void isRefusedInOtherForms(String text) {
    assertThatExceptionOfType(HttpException.class)
        .isThrownBy(() -> RequestTarget.parse("GET", text))
        .matches(refusal -> refusal.status() == 400);
  }
}
