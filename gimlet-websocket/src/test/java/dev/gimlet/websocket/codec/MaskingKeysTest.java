package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A smoke test: a generator that is weak in an obvious way, or a key that is used again, fails it.
class MaskingKeysTest {

  private static final int KEYS = 100_000;

  @Test
  void givesANewKeyForEachFrame() {
    MaskingKeys keys = new MaskingKeys(new SecureRandom());
    Set<Integer> seen = new HashSet<>();

    for (int i = 0; i < KEYS; i++) {
      seen.add(keys.next());
    }

    // By chance about one pair of a hundred thousand random ints is the same.
    assertThat(seen).hasSizeGreaterThan(KEYS - 20);
  }

  @Test
  void setsEachBitInHalfOfTheKeys() {
    MaskingKeys keys = new MaskingKeys(new SecureRandom());
    int[] ones = new int[Integer.SIZE];

    for (int i = 0; i < KEYS; i++) {
      int key = keys.next();
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        ones[bit] += key >>> bit & 1;
      }
    }

    // Ten standard deviations, which chance never reaches.
    assertThat(Arrays.stream(ones)).allMatch(count -> Math.abs(count - KEYS / 2) < 1600);
  }

  @Test
  void isFedByTheGeneratorOnly() {
    SecureRandom zeros =
        new SecureRandom() {
          private static final long serialVersionUID = 1;
          private byte next;

          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, next++);
          }
        };
    MaskingKeys keys = new MaskingKeys(zeros);

    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 512; i++) {
      seen.add(keys.next());
    }

    assertThat(seen).containsExactlyInAnyOrder(0, 0x01010101);
  }
}
