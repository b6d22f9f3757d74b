package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
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

  /// Moves a part of the array through a buffer and back to its place; true when it became ASCII.
  private static boolean apply(byte[] bytes, int from, int length, int key, long offset) {
    ByteBuffer in = ByteBuffer.allocateDirect(1 + length).put((byte) 1).put(bytes, from, length);
    boolean ascii = PayloadMask.move(in.position(1), bytes, from, length, key, offset);
    assertThat(in.hasRemaining()).isFalse();
    return ascii;
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
        apply(masked, from, length, KEY, offset);

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
    apply(masked, 3, LONGEST, key, 1);

    assertThat(masked).isEqualTo(expected);
  }

  @Test
  void isItsOwnInverse() {
    byte[] bytes = noise();

    apply(bytes, 0, bytes.length, KEY, 2);
    apply(bytes, 0, bytes.length, KEY, 2);

    assertThat(bytes).isEqualTo(noise());
  }

  @Test
  void givesTheSameInPiecesAsAtOnce() {
    byte[] whole = noise();
    apply(whole, 0, whole.length, KEY, 0);

    for (int cut = 0; cut <= whole.length; cut++) {
      byte[] pieces = noise();
      apply(pieces, 0, cut, KEY, 0);
      apply(pieces, cut, pieces.length - cut, KEY, cut);

      assertThat(pieces).as("cut at %d", cut).isEqualTo(whole);
    }
  }

  @Test
  void masksTheExampleOfTheRfc() {
    byte[] hello = WireFrame.bytes('H', 'e', 'l', 'l', 'o');

    apply(hello, 0, hello.length, 0x37FA213D, 0); // RFC 6455 §5.7

    assertThat(hello).isEqualTo(WireFrame.bytes(0x7F, 0x9F, 0x4D, 0x51, 0x58));
  }

  @Test
  void tellsWhetherAllOfItIsAscii() {
    for (int length = 1; length <= LONGEST; length++) {
      byte[] ascii = new byte[length];
      apply(ascii, 0, length, KEY, 0); // now it becomes zeros when the key is applied again
      assertThat(apply(ascii.clone(), 0, length, KEY, 0)).isTrue();

      for (int at = 0; at < length; at++) {
        byte[] other = ascii.clone();
        other[at] ^= (byte) 0x80;
        assertThat(apply(other, 0, length, KEY, 0)).as("%d of %d", at, length).isFalse();
      }
    }
  }

  @Test
  void masksOnTheWayIntoABuffer() {
    for (int length = 0; length <= LONGEST; length++) {
      byte[] payload = Arrays.copyOf(noise(), length);
      byte[] expected = payload.clone();
      applySlowly(expected, 0, length, KEY, 0);
      ByteBuffer out = ByteBuffer.allocateDirect(3 + length).position(3);

      PayloadMask.move(payload, out, KEY);

      assertThat(out.hasRemaining()).isFalse();
      byte[] masked = new byte[length];
      out.get(3, masked);
      assertThat(masked).isEqualTo(expected);
    }
  }
}
