package dev.gimlet.server.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StampTest {

  private static final int RUN = 0xCAFE0123;

  private final Stamp stamp = new Stamp(RUN);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 15, 16, 0x7FFFFFFF, 0x89ABCDEF, -1})
  void writesAndReadsHexadecimalDigits(int value) {
    byte[] text = Unpooled.copyLong(Stamp.digits(value)).array();

    assertThat(new String(text, US_ASCII)).isEqualTo(String.format("%08x", value));
    assertThat(Stamp.number(Stamp.digits(value))).isEqualTo(value);
  }

  @Test
  void isReadableText() {
    ByteBuf text = text(128, 0);

    assertThat(text.toString(US_ASCII))
        .hasSize(128)
        .matches("gimlet-bench cafe0123 00000007 000000000000002a ffffffffffffff85 x{63}");
  }

  @Test
  void comesThroughTheMask() {
    int key = 0x12345678;
    ByteBuf masked = text(80, key);
    for (int i = 0; i < 64; i++) {
      if (masked.getByte(i) != ' ' && i >= 22) {
        masked.setByte(i, masked.getByte(i) ^ (key >>> (8 * (3 - (i & 3)))));
      }
    }

    assertThat(Stamp.sender(masked, 0)).isEqualTo(7);
    assertThat(Stamp.number(masked, 0)).isEqualTo(42);
    assertThat(Stamp.intendedNanos(masked, 0)).isEqualTo(-123);
  }

  @Test
  void isFoundInsideOfAnything() {
    ByteBuf wrapped = Unpooled.copiedBuffer("{\"text\":\"", US_ASCII);
    wrapped.writeBytes(text(100, 0)).writeBytes("\"}".getBytes(US_ASCII));

    int at = stamp.find(wrapped, 0, wrapped.readableBytes());

    assertThat(at).isEqualTo(9);
    assertThat(Stamp.number(wrapped, at)).isEqualTo(42);
  }

  @Test
  void isNotFoundInTheMessagesOfOthers() {
    ByteBuf other = Unpooled.wrappedBuffer(new Stamp(RUN + 1).blank(100));

    assertThat(stamp.find(other, 0, 100)).isEqualTo(-1);
    assertThat(stamp.find(Unpooled.copiedBuffer("hello", US_ASCII), 0, 5)).isEqualTo(-1);
  }

  @Test
  void isNotFoundWhenItIsCutOff() {
    assertThat(stamp.find(text(100, 0), 0, Stamp.BYTES - 1)).isEqualTo(-1);
    ByteBuf late = Unpooled.buffer().writeZero(50).writeBytes(text(100, 0), 0, Stamp.BYTES - 1);
    assertThat(stamp.find(late, 0, late.readableBytes())).isEqualTo(-1);
  }

  private ByteBuf text(int bytes, int key) {
    ByteBuf text = Unpooled.wrappedBuffer(stamp.blank(bytes));
    Stamp.fill(text, 0, key, 7, 42, -123);
    return text;
  }
}
