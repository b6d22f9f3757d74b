package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6455 §5.3: masking")
class PayloadMaskTest {

  private static final int KEY = 0x81F2_43C4; // four different bytes, the first with its sign set
  private static final int LONGEST = 70;
  private static final int FURTHEST = 9;

  /// The transformation as the RFC writes it: `transformed[i] = original[i] xor key[i mod 4]`.
  private static void applySlowly(byte[] bytes, int from, int length, int key, long offset) {
    byte[] octets = {(byte) (key >> 24), (byte) (key >> 16), (byte) (key >> 8), (byte) key};
    for (int at = 0; at < length; at++) {
      bytes[from + at] ^= octets[(int) ((offset + at) % 4)];
    }
  }

  private static byte[] noise() {
    byte[] noise = new byte[FURTHEST + LONGEST + FURTHEST];
    new Random(53).nextBytes(noise);
    return noise;
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        125,
        65_535,
        0x7FFF_FFFFL,
        0x8000_0001L,
        Long.MAX_VALUE - 99
      })
  void equalsTheTransformationOfTheRfcAtOffset(long offset) {
    for (int from = 0; from < FURTHEST; from++) {
      for (int length = 0; length <= LONGEST; length++) {
        byte[] expected = noise();
        byte[] masked = noise();

        applySlowly(expected, from, length, KEY, offset);
        PayloadMask.apply(masked, from, length, KEY, offset);

        assertThat(masked).as("%d bytes from %d", length, from).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1, 0xFF, 0xFF00, 0xFF_0000, 0xFF00_0000, Integer.MIN_VALUE})
  void worksWithEveryByteOfTheKey(int key) {
    byte[] expected = noise();
    byte[] masked = noise();

    applySlowly(expected, 3, LONGEST, key, 1);
    PayloadMask.apply(masked, 3, LONGEST, key, 1);

    assertThat(masked).isEqualTo(expected);
  }

  @Test
  void isItsOwnInverse() {
    byte[] bytes = noise();

    PayloadMask.apply(bytes, 0, bytes.length, KEY, 2);
    PayloadMask.apply(bytes, 0, bytes.length, KEY, 2);

    assertThat(bytes).isEqualTo(noise());
  }

  @Test
  void givesTheSameInPiecesAsAtOnce() {
    byte[] whole = noise();
    PayloadMask.apply(whole, 0, whole.length, KEY, 0);

    for (int cut = 0; cut <= whole.length; cut++) {
      byte[] pieces = noise();
      PayloadMask.apply(pieces, 0, cut, KEY, 0);
      PayloadMask.apply(pieces, cut, pieces.length - cut, KEY, cut);

      assertThat(pieces).as("cut at %d", cut).isEqualTo(whole);
    }
  }

  @Test
  void masksTheExampleOfTheRfc() {
    byte[] hello = WireFrame.bytes('H', 'e', 'l', 'l', 'o');

    PayloadMask.apply(hello, 0, hello.length, 0x37FA213D, 0); // RFC 6455 §5.7

    assertThat(hello).isEqualTo(WireFrame.bytes(0x7F, 0x9F, 0x4D, 0x51, 0x58));
  }
}
