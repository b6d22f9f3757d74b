package dev.gimlet.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gimlet.http.HttpException;
import org.junit.jupiter.api.Test;

class QueryParametersTest {
  @Test
  void areDecoded() {
    assertThat(QueryParameters.parse("a+b=c%2Bd&%C3%A4=%26%3D").all("a b")).containsExactly("c+d");
    assertThat(QueryParameters.parse("a+b=c%2Bd&%C3%A4=%26%3D").all("ä")).containsExactly("&=");
  }

  @Test
  void keepTheirOrder() {
    assertThat(QueryParameters.parse("a=1&b=2&a=3").all("a")).containsExactly("1", "3");
  }

  @Test
  void mayHaveNoValue() {
    assertThat(QueryParameters.parse("a&b=&=c&&d=1=2").all("a")).containsExactly("");
    assertThat(QueryParameters.parse("a&b=&=c&&d=1=2").all("b")).containsExactly("");
    assertThat(QueryParameters.parse("a&b=&=c&&d=1=2").all("")).containsExactly("c");
    assertThat(QueryParameters.parse("a&b=&=c&&d=1=2").all("d")).containsExactly("1=2");
  }

  @Test
  void mayBeMissing() {
    assertThat(QueryParameters.parse("").all("a")).isEmpty();
  }

  @Test
  void areRefusedWhenMalformed() {
    assertThatExceptionOfType(HttpException.class)
        .isThrownBy(() -> QueryParameters.parse("a=%zz"))
        .matches(refusal -> refusal.status() == 400);
  }
}
