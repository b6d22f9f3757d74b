package dev.gimlet.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.exchange.ResponseFields.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseFieldsTest {
  private final ResponseFields fields = new ResponseFields();

  @Test
  void areReplacedWhateverTheirCase() {
    fields.set("X-A", "1");
    fields.set("x-a", "2");

    assertThat(fields.list()).containsExactly(new Field("x-a", "2"));
  }

  @Test
  void areKeptWhenAdded() {
    fields.add("Set-Cookie", "a=1");
    fields.add("Set-Cookie", "b=2");

    assertThat(fields.list()).hasSize(2);
  }

  @Test
  void forgetOnlyWhatDescribesTheContent() {
    fields.set("Content-Type", "text/plain");
    fields.set("Content-Encoding", "gzip");
    fields.set("ETag", "\"1\"");
    fields.set("content-disposition", "attachment");
    fields.set("Access-Control-Allow-Origin", "http://a");
    fields.set("Content-Security-Policy", "default-src 'none'");

    fields.removeOfContent();

    assertThat(fields.list())
        .extracting(Field::name)
        .containsExactly("Access-Control-Allow-Origin", "Content-Security-Policy");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\r\nSet-Cookie: b=c",
        "a\r",
        "a\n",
        "a\0b",
        "\u001b[31m",
        "\u007f",
        "\u560a",
        "\u010d",
        "\uD83D\uDE00"
      })
  void takeNoValueThatCouldEndAField(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> fields.set("X-A", value));
    assertThatIllegalArgumentException().isThrownBy(() -> fields.add("X-A", value));
    assertThat(fields.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a:", "a\r\nb", "ä", "a\0"})
  void takeNoNameThatIsNotAToken(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> fields.set(name, "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length", "transfer-encoding", "CONNECTION", "Date"})
  void takeNothingThatTheServerSets(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> fields.set(name, "x"));
  }
}
