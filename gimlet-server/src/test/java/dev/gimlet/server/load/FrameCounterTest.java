package dev.gimlet.server.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.websocket.codec.FrameEncoder;
import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCounterTest {
  private static final byte[] PAYLOAD = "thirteen long".getBytes(US_ASCII);

  private final FrameCounter counter = new FrameCounter(Opcode.TEXT, PAYLOAD);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65535, 65536})
  void countsMessagesOfEveryLength(int length) {
    byte[] payload = new byte[length];
    FrameCounter sized = new FrameCounter(Opcode.BINARY, payload);

    ByteBuf one = frame(Opcode.BINARY, payload);
    ByteBuf twice = Unpooled.wrappedBuffer(one.duplicate(), one);

    assertThat(sized.count(twice)).isEqualTo(2);
  }

  @Test
  void countsWhatArrivesByteByByte() {
    ByteBuf frame = frame(Opcode.TEXT, PAYLOAD);

    int messages = 0;
    while (frame.isReadable()) {
      messages += counter.count(frame.readSlice(1));
    }

    assertThat(messages).isEqualTo(1);
  }

  @Test
  void countsFragmentsAsOneMessage() {
    ByteBuf frames = Unpooled.buffer();
    frames.writeByte(Opcode.TEXT).writeByte(8).writeBytes(PAYLOAD, 0, 8);
    frames.writeByte(0x80 | Opcode.CONTINUATION).writeByte(5).writeBytes(PAYLOAD, 8, 5);

    assertThat(counter.count(frames)).isEqualTo(1);
  }

  @Test
  void handsOutPings() {
    List<String> pings = new ArrayList<>();
    counter.onPing(payload -> pings.add(new String(payload, US_ASCII)));

    int messages = counter.count(frame(Opcode.PING, "are you there".getBytes(US_ASCII)));

    assertThat(pings).containsExactly("are you there");
    assertThat(messages).isZero();
  }

  @Test
  void refusesOtherBytesInTheFirstMessage() {
    byte[] other = PAYLOAD.clone();
    other[5]++;

    assertThatThrownBy(() -> counter.count(frame(Opcode.TEXT, other)))
        .hasMessageContaining("other bytes");
  }

  @Test
  void comparesOneMessageOf512() {
    ByteBuf frame = frame(Opcode.TEXT, PAYLOAD);
    byte[] other = PAYLOAD.clone();
    other[5]++;
    ByteBuf wrong = frame(Opcode.TEXT, other);

    counter.count(frame.duplicate());
    for (int i = 1; i < 512; i++) {
      assertThat(counter.count(wrong.duplicate())).isEqualTo(1);
    }

    assertThatThrownBy(() -> counter.count(wrong)).hasMessageContaining("message 512");
  }

  @Test
  void refusesAnotherLength() {
    byte[] shorter = Arrays.copyOf(PAYLOAD, 12);

    assertThatThrownBy(() -> counter.count(frame(Opcode.TEXT, shorter)))
        .hasMessage("message of 12 bytes, expected 13");
  }

  @Test
  void refusesAnotherKind() {
    assertThatThrownBy(() -> counter.count(frame(Opcode.BINARY, PAYLOAD)))
        .hasMessage("frame of kind 2, expected 1");
  }

  @Test
  void refusesMaskedFrames() {
    ByteBuf masked = MaskedFrame.of(Opcode.TEXT, PAYLOAD, 1);

    assertThatThrownBy(() -> counter.count(masked)).hasMessageContaining("masked");
  }

  @Test
  void reportsTheCloseCode() {
    ByteBuf close = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("880203f1"));

    assertThatThrownBy(() -> counter.count(close)).hasMessage("the server closed with 1009");
  }

  private static ByteBuf frame(int opcode, byte[] payload) {
    ByteBuffer frame =
        ByteBuffer.allocate(FrameEncoder.headerBytes(payload.length) + payload.length);
    FrameEncoder.encode(frame, opcode, payload);
    return Unpooled.wrappedBuffer(frame.flip());
  }
}
