package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Slow;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 3629 §4: UTF-8")
class Utf8ValidatorTest {

  private static final Utf8Model MODEL = new Utf8Model();

  private final Utf8Validator validator = new Utf8Validator();
  private final CharsetDecoder jdk = UTF_8.newDecoder(); // reports faults instead of replacing them
  private final CharBuffer characters = CharBuffer.allocate(8);

  /// Compares with the JDK whether the string is text, and with the model where it stops to be.
  private void check(byte[] bytes) {
    boolean accepted = acceptsAtOnce(bytes);
    boolean complete = accepted && validator.isComplete();
    int firstImpossible = MODEL.firstImpossible(bytes, bytes.length);
    if (accepted != (firstImpossible == bytes.length)
        || complete != isTextToTheJdk(bytes)
        || firstRefused(bytes) != firstImpossible) {
      throw new AssertionError(HexFormat.of().formatHex(bytes) + " at " + firstImpossible);
    }
  }

  /// The same, and that it is judged alike in whatever pieces it comes.
  private void checkCutAnywhere(byte[] bytes) {
    check(bytes);
    boolean accepted = acceptsAtOnce(bytes);
    boolean complete = validator.isComplete();
    for (int cuts = 1; cuts < 1 << (bytes.length - 1); cuts++) {
      if (acceptsInPieces(bytes, cuts) != accepted
          || (accepted && validator.isComplete() != complete)) {
        throw new AssertionError(
            HexFormat.of().formatHex(bytes) + " cut at " + Integer.toBinaryString(cuts));
      }
    }
  }

  /// Cut behind each byte whose bit is set.
  private boolean acceptsInPieces(byte[] bytes, int cuts) {
    validator.reset();
    int from = 0;
    for (int at = 0; at < bytes.length; at++) {
      boolean ends = at == bytes.length - 1 || (cuts >> at & 1) != 0;
      if (ends) {
        if (!validator.accept(bytes, from, at + 1 - from)) {
          return false;
        }
        from = at + 1;
      }
    }
    return true;
  }

  private boolean acceptsAtOnce(byte[] bytes) {
    validator.reset();
    return validator.accept(bytes, 0, bytes.length);
  }

  private int firstRefused(byte[] bytes) {
    validator.reset();
    int at = 0;
    while (at < bytes.length && validator.accept(bytes, at, 1)) {
      at++;
    }
    return at;
  }

  private boolean isTextToTheJdk(byte[] bytes) {
    characters.clear();
    return !jdk.reset().decode(ByteBuffer.wrap(bytes), characters, true).isError();
  }

  @Nested
  class EveryShortString {

    @Test
    void ofOneByteIsJudgedAsByTheJdk() {
      IntStream.range(0, 1 << 8).forEach(value -> checkCutAnywhere(new byte[] {(byte) value}));
    }

    @Test
    void ofTwoBytesIsJudgedAsByTheJdk() {
      byte[] bytes = new byte[2];
      for (int value = 0; value < 1 << 16; value++) {
        bytes[0] = (byte) (value >> 8);
        bytes[1] = (byte) value;
        checkCutAnywhere(bytes);
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x40, 0x80, 0xC0})
    void ofThreeBytesIsJudgedAsByTheJdk(int firstOfQuarter) {
      byte[] bytes = new byte[3];
      for (int value = firstOfQuarter << 16; value < (firstOfQuarter + 0x40) << 16; value++) {
        bytes[0] = (byte) (value >> 16);
        bytes[1] = (byte) (value >> 8);
        bytes[2] = (byte) value;
        checkCutAnywhere(bytes);
      }
    }

    /// All 256 last bytes wherever the first three may begin a character: these are 4.2 million
    /// strings. Where the first three are refused (compared above) the last byte is never looked
    /// at, so one of the 256 stands for all, another one for each of these 311,296 beginnings.
    @ParameterizedTest
    @ValueSource(ints = {0xF0, 0xF1, 0xF2, 0xF3, 0xF4})
    void ofFourBytesIsJudgedAsByTheJdk(int lead) {
      forEachOfFourBytes(lead, Utf8ValidatorTest.this::check);
    }

    @Slow
    @ParameterizedTest
    @ValueSource(ints = {0xF0, 0xF1, 0xF2, 0xF3, 0xF4})
    void ofFourBytesIsJudgedAlikeCutAnywhere(int lead) {
      forEachOfFourBytes(lead, Utf8ValidatorTest.this::checkCutAnywhere);
    }

    private static void forEachOfFourBytes(int lead, Consumer<byte[]> check) {
      byte[] bytes = {(byte) lead, 0, 0, 0};
      for (int middle = 0; middle < 1 << 16; middle++) {
        bytes[1] = (byte) (middle >> 8);
        bytes[2] = (byte) middle;
        boolean begins = MODEL.firstImpossible(bytes, 3) == 3;
        for (int last = begins ? 0 : middle % 251; last < 256; last += begins ? 1 : 256) {
          bytes[3] = (byte) last;
          check.accept(bytes);
        }
      }
    }
  }

  @Nested
  class CutAnywhere {

    static Stream<String> strings() {
      return Stream.of(
          "48656c6c6f",
          "cebae1bdb9cf83cebcceb5", // κόσμε, Autobahn 6.1
          "61c3a9e4b896f09f9880ef bfbf".replace(" ", ""),
          "f48fbfbff0908080efbfbdee8080ed9fbf",
          "4142434445464748494a4b4c4d4e4f50e282ac5152535455565758595a",
          "e282ac".repeat(12),
          "f09f9880".repeat(9),
          "cebae1bdb9cf83cebcceb5eda080656469746564", // a surrogate inside
          "cebae1bdb9cf83cebcceb5f4908080656469746564", // beyond Unicode, Autobahn 6.4
          "41424344454647484142434445464748ff",
          "c080", // overlong forms of NUL
          "e08080",
          "f0808080",
          "f8888080 80".replace(" ", ""),
          "fe",
          "80",
          "e282", // cut characters
          "4142f09f98",
          "c3",
          "c3c3a9",
          "e282e282ac",
          "f09f98f09f9880");
    }

    @ParameterizedTest
    @MethodSource("strings")
    void isJudgedAsInOnePiece(String hex) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      boolean accepted = acceptsAtOnce(bytes);
      boolean complete = validator.isComplete();

      for (int first = 0; first <= bytes.length; first++) {
        for (int second = first; second <= bytes.length; second++) {
          assertThat(acceptsInPieces(bytes, first, second))
              .as("cut at %d and %d", first, second)
              .isEqualTo(accepted);
          assertThat(!accepted || validator.isComplete() == complete).isTrue();
        }
      }
    }

    @ParameterizedTest
    @MethodSource("strings")
    void isRefusedAtTheFirstImpossibleByte(String hex) {
      byte[] bytes = HexFormat.of().parseHex(hex);

      assertThat(firstRefused(bytes)).isEqualTo(MODEL.firstImpossible(bytes, bytes.length));
    }

    private boolean acceptsInPieces(byte[] bytes, int first, int second) {
      validator.reset();
      return validator.accept(bytes, 0, first)
          && validator.accept(bytes, first, second - first)
          && validator.accept(bytes, second, bytes.length - second);
    }
  }

  /// ASCII is skipped 32 and 8 bytes at a time: every place is tried around those borders.
  @Nested
  class LongRunsOfAscii {

    private static final int LONGEST = 100;
    private static final int FURTHEST = 9;

    /// A run between bytes that no text may hold: whoever looks at those refuses the run.
    private static byte[] run(int from, int length) {
      byte[] bytes = new byte[FURTHEST + LONGEST + FURTHEST];
      Arrays.fill(bytes, (byte) 0xFF);
      Arrays.fill(bytes, from, from + length, (byte) 'a');
      return bytes;
    }

    private boolean accepts(byte[] bytes, int from, int length) {
      validator.reset();
      return validator.accept(bytes, from, length);
    }

    @Test
    void areAcceptedWithoutLookingBeyond() {
      for (int from = 0; from < FURTHEST; from++) {
        for (int length = 0; length <= LONGEST; length++) {
          assertThat(accepts(run(from, length), from, length))
              .as("%d bytes from %d", length, from)
              .isTrue();
          assertThat(validator.isComplete()).isTrue();
        }
      }
    }

    @Test
    void areAcceptedUpToTheEndOfTheArray() {
      for (int length = 0; length <= LONGEST; length++) {
        byte[] bytes = "a".repeat(length).getBytes(UTF_8);

        assertThat(accepts(bytes, 0, length)).as("%d bytes", length).isTrue();
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0xBF, 0xC0, 0xC1, 0xC3, 0xED, 0xF0, 0xF5, 0xFF})
    void areRefusedWithOneWrongByteAnywhere(int wrong) {
      for (int length = 2; length <= LONGEST; length++) {
        for (int at = 0; at < length - 1; at++) {
          int from = at % FURTHEST;
          byte[] bytes = run(from, length);
          bytes[from + at] = (byte) wrong;

          if (accepts(bytes, from, length)) {
            throw new AssertionError("accepted at " + at + " of " + length);
          }
        }
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "世", "\uD83D\uDE00"})
    void areAcceptedWithOneLongCharacterAnywhere(String character) {
      byte[] utf8 = character.getBytes(UTF_8);
      for (int length = utf8.length; length <= LONGEST; length++) {
        for (int at = 0; at <= length - utf8.length; at++) {
          int from = at % FURTHEST;
          byte[] bytes = run(from, length);
          System.arraycopy(utf8, 0, bytes, from + at, utf8.length);

          if (!accepts(bytes, from, length) || !validator.isComplete()) {
            throw new AssertionError("refused at " + at + " of " + length);
          }
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC3, 0xE4, 0xF0})
    void areIncompleteWithALongCharacterOpenAtTheEnd(int lead) {
      for (int length = 1; length <= LONGEST; length++) {
        byte[] bytes = run(0, length);
        bytes[length - 1] = (byte) lead;

        assertThat(accepts(bytes, 0, length)).as("%d bytes", length).isTrue();
        assertThat(validator.isComplete()).isFalse();
      }
    }
  }

  @Nested
  class Beginning {

    @Test
    void isComplete() {
      assertThat(validator.isComplete()).isTrue();
      assertThat(validator.accept(new byte[0], 0, 0)).isTrue();
      assertThat(validator.isComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "e0", "e0a0", "ed", "f0", "f090", "f4", "f48f80"})
    void isComeBackToByReset(String openCharacter) {
      byte[] open = HexFormat.of().parseHex(openCharacter);
      validator.accept(open, 0, open.length);

      validator.reset();

      assertThat(validator.isComplete()).isTrue();
      assertThat(validator.accept(new byte[] {(byte) 0xC3, (byte) 0x80}, 0, 2)).isTrue();
    }
  }
}
