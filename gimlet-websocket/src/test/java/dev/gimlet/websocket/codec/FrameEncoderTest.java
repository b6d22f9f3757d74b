package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameEncoderTest {

  private static final int KEY = 0x37FA213D; // RFC 6455 §5.7

  private static byte[] written(Consumer<ByteBuffer> writer) {
    ByteBuffer out = ByteBuffer.allocate(2 << 20);
    writer.accept(out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    return noise;
  }

  @Nested
  @DisplayName("RFC 6455 §5.7: examples")
  class Examples {

    @Test
    void unmaskedText() {
      byte[] frame = written(out -> FrameEncoder.encode(out, Opcode.TEXT, hello()));

      assertThat(HexFormat.of().formatHex(frame)).isEqualTo("810548656c6c6f");
    }

    @Test
    void maskedText() {
      byte[] frame = written(out -> FrameEncoder.encodeMasked(out, Opcode.TEXT, hello(), KEY));

      assertThat(HexFormat.of().formatHex(frame)).isEqualTo("818537fa213d7f9f4d5158");
    }

    @Test
    void unmaskedPing() {
      byte[] frame = written(out -> FrameEncoder.encode(out, Opcode.PING, hello()));

      assertThat(HexFormat.of().formatHex(frame)).isEqualTo("890548656c6c6f");
    }

    @Test
    void maskedPong() {
      byte[] frame = written(out -> FrameEncoder.encodeMasked(out, Opcode.PONG, hello(), KEY));

      assertThat(HexFormat.of().formatHex(frame)).isEqualTo("8a8537fa213d7f9f4d5158");
    }

    private static byte[] hello() {
      return Text.of("Hello").utf8();
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.2: length")
  class Length {

    @ParameterizedTest
    @CsvSource({
      "0, 8200",
      "1, 8201",
      "125, 827d",
      "126, 827e007e",
      "127, 827e007f",
      "256, 827e0100",
      "65535, 827effff",
      "65536, 827f0000000000010000",
      "1048576, 827f0000000000100000"
    })
    void isWrittenInItsShortestForm(int length, String header) {
      byte[] frame = written(out -> FrameEncoder.encode(out, Opcode.BINARY, new byte[length]));

      assertThat(frame).hasSize(header.length() / 2 + length);
      assertThat(HexFormat.of().formatHex(frame)).startsWith(header);
    }

    @ParameterizedTest
    @CsvSource({
      "0, 8280",
      "125, 82fd",
      "126, 82fe007e",
      "65535, 82feffff",
      "65536, 82ff0000000000010000"
    })
    void isWrittenWithTheMaskBitByAClient(int length, String header) {
      byte[] frame =
          written(out -> FrameEncoder.encodeMasked(out, Opcode.BINARY, new byte[length], KEY));

      assertThat(HexFormat.of().formatHex(frame)).startsWith(header + "37fa213d");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 1 << 20})
    void isKnownBeforeWriting(int length) {
      byte[] frame = written(out -> FrameEncoder.encode(out, Opcode.BINARY, new byte[length]));

      assertThat(FrameEncoder.headerBytes(length)).isEqualTo(frame.length - length);
    }

    @Test
    void isKnownForTheLongestArray() {
      assertThat(FrameEncoder.headerBytes(Integer.MAX_VALUE)).isEqualTo(10);
    }
  }

  @Nested
  class RoundTrip {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 8, 9, 124, 125, 126, 127, 4096, 65_535, 65_536, 100_003})
    void isReadByTheOtherSide(int length) {
      byte[] payload = noise(length);

      assertRead(Side.CLIENT, payload, out -> FrameEncoder.encode(out, Opcode.BINARY, payload));
      assertRead(
          Side.SERVER, payload, out -> FrameEncoder.encodeMasked(out, Opcode.BINARY, payload, KEY));
    }

    private static void assertRead(Side side, byte[] payload, Consumer<ByteBuffer> writer) {
      var endpoint = new Endpoint(side, 1 << 20);

      endpoint.receive(written(writer));

      EndpointAssert.assertThat(endpoint).received(Binary.wrap(payload)).nothingElse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 65_535, 65_536})
    void isWhatTheRfcWrites(int length) {
      byte[] payload = noise(length);
      WireFrame frame = WireFrame.of(Opcode.TEXT, payload);

      assertThat(written(out -> FrameEncoder.encode(out, Opcode.TEXT, payload)))
          .isEqualTo(frame.from(Side.SERVER));
      assertThat(written(out -> FrameEncoder.encodeMasked(out, Opcode.TEXT, payload, KEY)))
          .isEqualTo(frame.from(Side.CLIENT, KEY));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 126, 65_536})
    void leavesThePayloadAsItIs(int length) {
      byte[] payload = noise(length);

      written(out -> FrameEncoder.encodeMasked(out, Opcode.BINARY, payload, KEY));

      assertThat(payload).isEqualTo(noise(length));
    }

    @Test
    void putsFramesBehindOneAnother() {
      byte[] frames =
          written(out -> {
            FrameEncoder.encode(out, Opcode.TEXT, Text.of("a").utf8());
            FrameEncoder.encode(out, Opcode.PING, new byte[0]);
          });

      assertThat(frames)
          .isEqualTo(WireFrame.from(Side.SERVER, WireFrame.text("a"), WireFrame.ping("")));
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.6: data frames")
  class Messages {

    static Stream<Message> messages() {
      return Stream.of(Text.of("hi"), Text.of(""), Binary.of((byte) 1), Binary.of());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void haveTheOpcodeOfTheirKind(Message message) {
      assertThat(FrameEncoder.opcode(message)).isEqualTo(message instanceof Text ? 1 : 2);
    }

    @Test
    void areWrittenFromTheirOwnArray() {
      Text text = Text.of("hi");
      Binary binary = Binary.of((byte) 1);

      assertThat(FrameEncoder.payload(text)).isSameAs(text.utf8());
      assertThat(FrameEncoder.payload(binary)).isSameAs(binary.bytes());
    }
  }
}
