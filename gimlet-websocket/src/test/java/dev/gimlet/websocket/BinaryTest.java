package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BinaryTest {

  @Test
  void copiesTheArrayItIsMadeOf() {
    byte[] bytes = {1, 2, 3};

    Binary binary = Binary.of(bytes);
    bytes[0] = 9;

    assertThat(binary.bytes()).containsExactly(1, 2, 3);
  }

  @Test
  void takesOverAWrappedArray() {
    byte[] bytes = {1, 2, 3};

    assertThat(Binary.wrap(bytes).bytes()).isSameAs(bytes);
  }

  @Test
  void copiesWhatRemainsInABuffer() {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4}).position(1).limit(4);

    Binary binary = Binary.of(buffer);

    assertThat(binary.bytes()).containsExactly(1, 2, 3);
    assertThat(buffer.position()).isEqualTo(1);
    assertThat(buffer.remaining()).isEqualTo(3);
  }

  @Test
  void copiesFromBuffersWithoutAnArray() {
    ByteBuffer direct = ByteBuffer.allocateDirect(2).put((byte) 5).put((byte) 6).flip();

    assertThat(Binary.of(direct.asReadOnlyBuffer()).bytes()).containsExactly(5, 6);
  }

  @Test
  void isNotTouchedByLaterChangesOfTheBuffer() {
    byte[] bytes = {1, 2};

    Binary binary = Binary.of(ByteBuffer.wrap(bytes));
    bytes[1] = 9;

    assertThat(binary.bytes()).containsExactly(1, 2);
  }

  @Test
  void mayBeEmpty() {
    assertThat(Binary.of().size()).isZero();
    assertThat(Binary.of(ByteBuffer.allocate(0)).size()).isZero();
  }

  @Test
  void countsItsBytes() {
    assertThat(Binary.of(new byte[300]).size()).isEqualTo(300);
  }

  @Test
  void isEqualWhenItsBytesAre() {
    Binary binary = Binary.of((byte) 1, (byte) 2);
    Binary same = Binary.wrap(new byte[] {1, 2});

    assertThat(binary).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(binary).isNotEqualTo(Binary.of((byte) 1)).isNotEqualTo(Text.of("\1\2"));
    assertThat(binary.equals(null)).isFalse();
  }

  @Test
  void showsItsLengthAndNotItsBytes() {
    assertThat(Binary.of(new byte[70])).hasToString("Binary[70 bytes]");
  }
}
