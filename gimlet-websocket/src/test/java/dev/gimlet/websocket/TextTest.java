package dev.gimlet.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextTest {

  record Sample(String name, String value, int bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Sample> samples() {
    return Stream.of(
        new Sample("empty", "", 0),
        new Sample("ASCII", "Hello", 5),
        new Sample("NUL", "\0", 1),
        new Sample("last of one byte", "\u007F", 1),
        new Sample("first of two bytes", "\u0080", 2),
        new Sample("last of two bytes", "\u07FF", 2),
        new Sample("first of three bytes", "\u0800", 3),
        new Sample("before the surrogates", "\uD7FF", 3),
        new Sample("after the surrogates", "\uE000", 3),
        new Sample("byte order mark", "\uFEFF", 3),
        new Sample("noncharacter", "\uFFFF", 3),
        new Sample("first of four bytes", "\uD800\uDC00", 4),
        new Sample("last of four bytes", "\uDBFF\uDFFF", 4),
        new Sample("mixture", "κόσμε, 世界 \uD83D\uDE00!", 24));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void encodesCharactersOnFirstUse(Sample sample) {
    Text text = Text.of(sample.value());

    assertThat(text.utf8()).isEqualTo(sample.value().getBytes(UTF_8));
    assertThat(text.size()).isEqualTo(sample.bytes());
    assertThat(text.value()).isSameAs(sample.value());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void decodesBytesOnFirstUse(Sample sample) {
    byte[] utf8 = sample.value().getBytes(UTF_8);

    Text text = Text.ofUtf8(utf8);

    assertThat(text.value()).isEqualTo(sample.value());
    assertThat(text.size()).isEqualTo(sample.bytes());
    assertThat(text.utf8()).isSameAs(utf8);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void isEqualWhicheverFormItWasMadeFrom(Sample sample) {
    Text ofCharacters = Text.of(sample.value());
    Text ofBytes = Text.ofUtf8(sample.value().getBytes(UTF_8));

    assertThat(ofCharacters).isEqualTo(ofBytes).hasSameHashCodeAs(ofBytes);
    assertThat(ofBytes).isEqualTo(ofCharacters);
  }

  @Test
  void keepsTheFormItMade() {
    Text ofCharacters = Text.of("Hello");
    Text ofBytes = Text.ofUtf8("Hello".getBytes(UTF_8));

    assertThat(ofCharacters.utf8()).isSameAs(ofCharacters.utf8());
    assertThat(ofBytes.value()).isSameAs(ofBytes.value());
  }

  @Test
  void tellsItsSizeWithoutDecoding() {
    byte[] notUtf8 = {(byte) 0xFF};

    assertThat(Text.ofUtf8(notUtf8).size()).isEqualTo(1);
  }

  @Test
  void differsFromOtherTextsAndOtherKinds() {
    Text text = Text.of("a");

    assertThat(text).isNotEqualTo(Text.of("b"));
    assertThat(text).isNotEqualTo(Binary.of((byte) 'a'));
    assertThat(text.equals(null)).isFalse();
  }

  @Test
  void sendsUnpairedSurrogatesAsQuestionMarks() {
    assertThat(Text.of("a\uD800").utf8()).asString(UTF_8).isEqualTo("a?");
    assertThat(Text.of("\uDC00b").utf8()).asString(UTF_8).isEqualTo("?b");
    assertThat(Text.of("\uDC00\uD800").utf8()).asString(UTF_8).isEqualTo("??");
  }

  @Test
  void countsUnpairedSurrogatesAsTheyAreSent() {
    assertThat(Text.of("\uD83D").size()).isEqualTo(1);
  }

  @Test
  void showsItsCharacters() {
    assertThat(Text.of("hi")).hasToString("Text[hi]");
  }

  @Test
  @SuppressWarnings("NullAway") // what programs without a null checker may do
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> Text.of(null)).withMessage("value");
    assertThatNullPointerException().isThrownBy(() -> Text.ofUtf8(null)).withMessage("utf8");
  }
}
