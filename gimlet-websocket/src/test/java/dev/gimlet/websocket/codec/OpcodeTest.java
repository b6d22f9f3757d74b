package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6455 §5.2: opcodes")
class OpcodeTest {

  @Test
  void haveTheirNumbers() {
    assertThat(
            IntStream.of(
                Opcode.CONTINUATION,
                Opcode.TEXT,
                Opcode.BINARY,
                Opcode.CLOSE,
                Opcode.PING,
                Opcode.PONG))
        .containsExactly(0x0, 0x1, 0x2, 0x8, 0x9, 0xA);
  }

  @Test
  void areControlWhenTheHighestBitIsSet() {
    assertThat(IntStream.range(0, 16).filter(Opcode::isControl))
        .containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
  }

  @Test
  void areReservedOutsideOfTheSix() {
    assertThat(IntStream.range(0, 16).filter(Opcode::isReserved))
        .containsExactly(3, 4, 5, 6, 7, 11, 12, 13, 14, 15);
  }
}
