package dev.gimlet.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0",
    "bytes=0-9, 0, 9",
    "bytes=2-, 2, 9",
    "bytes=9-9, 9, 9",
    "bytes=5-100, 5, 9",
    "bytes=-1, 9, 9",
    "bytes=-10, 0, 9",
    "bytes=-11, 0, 9",
    "bytes=0-999999999999999999, 0, 9"
  })
  void isCutToTheFile(String field, long first, long last) {
    assertThat(ByteRange.parse(field, 10)).hasValue(new ByteRange(first, last));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-11", "bytes=-0"})
  void beyondTheFileCannotBeServed(String field) {
    assertThat(ByteRange.parse(field, 10)).hasValue(ByteRange.UNSATISFIABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=2-1",
        "bytes=0-1,3-4",
        "bytes= 0-1",
        "lines=0-1",
        "bytes=a-b",
        "bytes=-1-",
        "bytes=0-9999999999999999999",
        "bytes=0x0-1"
      })
  void isIgnoredWhenMalformedOrMultiple(String field) {
    assertThat(ByteRange.parse(field, 10)).isEmpty();
  }

  @Test
  void saysWhichBytesAreSent() {
    assertThat(new ByteRange(2, 5).contentRange(10)).isEqualTo("bytes 2-5/10");
    assertThat(ByteRange.UNSATISFIABLE.contentRange(10)).isEqualTo("bytes */10");
  }
}
