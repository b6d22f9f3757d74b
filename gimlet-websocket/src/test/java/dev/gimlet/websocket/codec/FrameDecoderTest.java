package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {

  private static final int FINAL_BINARY = 0x82;
  private static final byte[] KEY = WireFrame.bytes(0x37, 0xFA, 0x21, 0x3D);

  /// Reads as much header as there is; true when it is complete. Every byte must be used.
  private static boolean readHeader(FrameDecoder decoder, byte... bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    boolean complete = decoder.readHeader(in);
    assertThat(in.remaining()).isZero();
    return complete;
  }

  /// A header with its length in 1, 3 or 9 bytes, as the peer of that side sends it.
  private static byte[] header(Side side, int first, int lengthBytes, long length) {
    var out = new ByteArrayOutputStream();
    int maskBit = side == Side.SERVER ? 0x80 : 0;
    out.write(first);
    out.write(maskBit | (lengthBytes == 1 ? (int) length : lengthBytes == 3 ? 126 : 127));
    for (int shift = 8 * (lengthBytes - 2); shift >= 0; shift -= 8) {
      out.write((int) (length >> shift));
    }
    out.writeBytes(side == Side.SERVER ? KEY : new byte[0]);
    return out.toByteArray();
  }

  private static void assertRefused(FrameDecoder decoder, byte... bytes) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> readHeader(decoder, bytes))
        .satisfies(
            fault -> assertThat(fault.closeStatus().code()).isEqualTo(CloseStatus.PROTOCOL_ERROR));
  }

  @Nested
  @DisplayName("RFC 6455 §5.2, §5.5: the first two bytes")
  class FirstTwoBytes {

    private static final Set<Integer> OPCODES = Set.of(0, 1, 2, 8, 9, 10);

    /// After how many bytes a header is refused by the text of the RFC; 0 when it is not.
    private static int refusedAfter(Side side, boolean compressionAgreed, int first, int second) {
      boolean finalFragment = first >= 128;
      int reserved = first / 16 % 8;
      int opcode = first % 16;
      boolean control = opcode >= 8;
      boolean masked = second >= 128;
      int length = second % 128;
      boolean compressed = compressionAgreed && reserved == 4 && (opcode == 1 || opcode == 2);
      if ((reserved != 0 && !compressed)
          || !OPCODES.contains(opcode)
          || (control && !finalFragment)) {
        return 1;
      }
      boolean fromClient = side == Side.SERVER;
      return masked != fromClient || (control && length > 125) ? 2 : 0;
    }

    private static int decoderRefusesAfter(
        Side side, boolean compressionAgreed, int first, int second) {
      var decoder = new FrameDecoder(side, compressionAgreed);
      ByteBuffer in = ByteBuffer.wrap(WireFrame.bytes(first, second));
      try {
        decoder.readHeader(in);
        return 0;
      } catch (ProtocolException fault) {
        return fault.closeStatus().code() == CloseStatus.PROTOCOL_ERROR ? in.position() : -1;
      }
    }

    @ParameterizedTest
    @CsvSource({"SERVER, false", "SERVER, true", "CLIENT, false", "CLIENT, true"})
    void areRefusedAtTheByteThatBreaksARule(Side side, boolean compressionAgreed) {
      List<String> wrong = new ArrayList<>();

      for (int both = 0; both < 65_536; both++) {
        int first = both >> 8;
        int second = both & 0xFF;
        if (decoderRefusesAfter(side, compressionAgreed, first, second)
            != refusedAfter(side, compressionAgreed, first, second)) {
          wrong.add(Integer.toHexString(both));
        }
      }

      assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void tellFinAndOpcode(Side side) {
      for (int first : new int[] {0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8A}) {
        var decoder = new FrameDecoder(side);

        assertThat(readHeader(decoder, header(side, first, 1, 5))).isTrue();

        assertThat(decoder.isFinal()).isEqualTo(first >= 0x80);
        assertThat(decoder.opcode()).isEqualTo(first & 0xF);
        assertThat(decoder.payloadLength()).isEqualTo(5);
      }
    }

    record Refusal(String rule, Side side, Binary bytes) {
      @Override
      public String toString() {
        return rule;
      }
    }

    private static Refusal refusal(String rule, Side side, int... bytes) {
      return new Refusal(rule, side, Binary.wrap(WireFrame.bytes(bytes)));
    }

    static Stream<Refusal> refusals() {
      return Stream.of(
          refusal("reserved bits set that no extension uses (RFC 6455 §5.2)", Side.SERVER, 0xC1),
          refusal("opcode 3 is reserved (RFC 6455 §5.2)", Side.SERVER, 0x83),
          refusal("opcode 15 is reserved (RFC 6455 §5.2)", Side.CLIENT, 0x8F),
          refusal("control frame in fragments (RFC 6455 §5.5)", Side.SERVER, 0x09),
          refusal("unmasked frame from a client", Side.SERVER, 0x81, 0x05),
          refusal("masked frame from a server", Side.CLIENT, 0x81, 0x85),
          refusal("control frame of more than 125 bytes (RFC 6455 §5.5)", Side.CLIENT, 0x89, 0x7E),
          refusal(
              "length of 125 not in its shortest form (RFC 6455 §5.2)",
              Side.CLIENT,
              0x82,
              0x7E,
              0x00,
              0x7D),
          refusal(
              "length with its highest bit set (RFC 6455 §5.2)",
              Side.CLIENT,
              0x82,
              0x7F,
              0xFF,
              0xFF,
              0xFF,
              0xFF,
              0xFF,
              0xFF,
              0xFF,
              0xFF));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void areRefusedWithTheRule(Refusal refusal) {
      assertThatExceptionOfType(ProtocolException.class)
          .isThrownBy(() -> readHeader(new FrameDecoder(refusal.side()), refusal.bytes().bytes()))
          .withMessage(refusal.rule());
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.2: payload length")
  class Length {

    record Form(int lengthBytes, long length) {}

    static Stream<Form> shortestForms() {
      return Stream.of(
          new Form(1, 0),
          new Form(1, 1),
          new Form(1, 124),
          new Form(1, 125),
          new Form(3, 126),
          new Form(3, 127),
          new Form(3, 255),
          new Form(3, 256),
          new Form(3, 32_767),
          new Form(3, 32_768),
          new Form(3, 65_534),
          new Form(3, 65_535),
          new Form(9, 65_536),
          new Form(9, 65_537),
          new Form(9, (1L << 24) + 3),
          new Form(9, (1L << 31) - 1),
          new Form(9, 1L << 31),
          new Form(9, (1L << 32) - 1),
          new Form(9, 1L << 32),
          new Form(9, (1L << 53) + 1),
          new Form(9, Long.MAX_VALUE - 1),
          new Form(9, Long.MAX_VALUE));
    }

    static Stream<Form> otherForms() {
      return Stream.of(
          new Form(3, 0),
          new Form(3, 1),
          new Form(3, 124),
          new Form(3, 125),
          new Form(9, 0),
          new Form(9, 125),
          new Form(9, 126),
          new Form(9, 127),
          new Form(9, 65_534),
          new Form(9, 65_535),
          new Form(9, -1),
          new Form(9, -2),
          new Form(9, Long.MIN_VALUE),
          new Form(9, Long.MIN_VALUE + 1),
          new Form(9, 0xFFFF_FFFF_0000_0000L));
    }

    @ParameterizedTest
    @MethodSource("shortestForms")
    void isReadInItsShortestForm(Form form) {
      for (Side side : Side.values()) {
        var decoder = new FrameDecoder(side);

        assertThat(
                readHeader(decoder, header(side, FINAL_BINARY, form.lengthBytes(), form.length())))
            .isTrue();

        assertThat(decoder.payloadLength()).isEqualTo(form.length());
        assertThat(decoder.payloadRemaining()).isEqualTo(form.length());
        assertThat(decoder.payloadTaken()).isZero();
      }
    }

    @ParameterizedTest
    @MethodSource("otherForms")
    void isRefusedInOtherFormsBeforeTheMaskingKey(Form form) {
      byte[] whole = header(Side.CLIENT, FINAL_BINARY, form.lengthBytes(), form.length());
      byte[] lastByte = {whole[whole.length - 1]};
      var decoder = new FrameDecoder(Side.CLIENT);

      assertThat(readHeader(decoder, Arrays.copyOf(whole, whole.length - 1))).isFalse();

      assertRefused(decoder, lastByte);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void isRefusedInEveryFormTooLong(Side side) {
      List<String> accepted = new ArrayList<>();

      for (int length = 0; length <= 65_535; length++) {
        if (length <= 125 && accepts(header(side, FINAL_BINARY, 3, length), side)) {
          accepted.add(length + " in 16 bits");
        }
        if (accepts(header(side, FINAL_BINARY, 9, length), side)) {
          accepted.add(length + " in 64 bits");
        }
      }

      assertThat(accepted).isEmpty();
    }

    private static boolean accepts(byte[] header, Side side) {
      try {
        new FrameDecoder(side).readHeader(ByteBuffer.wrap(header));
        return true;
      } catch (ProtocolException refused) {
        return false;
      }
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.3: masking key")
  class MaskingKey {

    @Test
    void isReadByAServer() {
      var decoder = new FrameDecoder(Side.SERVER);

      readHeader(decoder, header(Side.SERVER, FINAL_BINARY, 1, 3));

      assertThat(decoder.maskingKey()).isEqualTo(0x37FA213D);
    }

    @Test
    void isZeroForAClient() {
      var decoder = new FrameDecoder(Side.CLIENT);

      readHeader(decoder, header(Side.CLIENT, FINAL_BINARY, 1, 3));

      assertThat(decoder.maskingKey()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 0x8000_0000, 0x0000_00FF, 0xFF00_0000, 0x1234_5678})
    void mayBeAnyNumber(int key) {
      byte[] frame = WireFrame.of(2).from(Side.CLIENT, key);
      var atOnce = new FrameDecoder(Side.SERVER);
      var bytewise = new FrameDecoder(Side.SERVER);

      readHeader(atOnce, frame);
      for (byte each : frame) {
        readHeader(bytewise, each);
      }

      assertThat(atOnce.maskingKey()).isEqualTo(key);
      assertThat(bytewise.maskingKey()).isEqualTo(key);
    }

    @Test
    void isNotLeftOverFromTheFrameBefore() {
      var decoder = new FrameDecoder(Side.SERVER);
      readHeader(decoder, WireFrame.of(2).from(Side.CLIENT, -1));
      decoder.payloadTaken(0);

      readHeader(decoder, WireFrame.of(2).from(Side.CLIENT, 5));

      assertThat(decoder.maskingKey()).isEqualTo(5);
    }
  }

  @Nested
  class CutAnywhere {

    record Header(Side side, int lengthBytes, long length) {}

    static Stream<Header> headers() {
      return Arrays.stream(Side.values())
          .flatMap(side ->
              Stream.of(
                  new Header(side, 1, 0),
                  new Header(side, 1, 77),
                  new Header(side, 3, 0x1234),
                  new Header(side, 9, 0x0102_0304_0506_0708L)));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void isReadAsInOnePiece(Header header) {
      byte[] bytes = header(header.side(), FINAL_BINARY, header.lengthBytes(), header.length());

      for (int cut = 0; cut < bytes.length; cut++) {
        var decoder = new FrameDecoder(header.side());
        assertThat(readHeader(decoder, Arrays.copyOf(bytes, cut))).isFalse();
        assertThat(readHeader(decoder, Arrays.copyOfRange(bytes, cut, bytes.length))).isTrue();
        assertIs(decoder, header);
      }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void isReadByteByByte(Header header) {
      byte[] bytes = header(header.side(), FINAL_BINARY, header.lengthBytes(), header.length());
      var decoder = new FrameDecoder(header.side());

      for (int at = 0; at < bytes.length; at++) {
        assertThat(readHeader(decoder)).isFalse();
        assertThat(readHeader(decoder, bytes[at])).isEqualTo(at == bytes.length - 1);
      }

      assertIs(decoder, header);
    }

    @Test
    void isReadInsideTheMaskingKeyWithPayloadBehind() {
      byte[] frame = WireFrame.text("hello").from(Side.CLIENT);

      for (int cut = 2; cut <= 6; cut++) {
        var decoder = new FrameDecoder(Side.SERVER);
        readHeader(decoder, Arrays.copyOf(frame, cut));
        ByteBuffer rest = ByteBuffer.wrap(frame, cut, frame.length - cut);

        assertThat(decoder.readHeader(rest)).isTrue();

        assertThat(decoder.maskingKey()).isEqualTo(0x37FA213D);
        assertThat(rest.remaining()).isEqualTo(5);
      }
    }

    private static void assertIs(FrameDecoder decoder, Header header) {
      assertThat(decoder.payloadLength()).isEqualTo(header.length());
      assertThat(decoder.maskingKey()).isEqualTo(header.side() == Side.SERVER ? 0x37FA213D : 0);
      assertThat(decoder.opcode()).isEqualTo(Opcode.BINARY);
      assertThat(decoder.isFinal()).isTrue();
    }
  }

  @Nested
  class Payload {

    private final FrameDecoder decoder = new FrameDecoder(Side.CLIENT);

    @Test
    void isLeftToTheCaller() {
      ByteBuffer in = ByteBuffer.wrap(WireFrame.text("hello").from(Side.SERVER));

      assertThat(decoder.readHeader(in)).isTrue();
      assertThat(in.remaining()).isEqualTo(5);
      assertThat(decoder.readHeader(in)).isTrue(); // the header is still the same
      assertThat(in.remaining()).isEqualTo(5);
    }

    @Test
    void isCountedAsItIsTaken() {
      readHeader(decoder, header(Side.CLIENT, FINAL_BINARY, 1, 5));

      assertThat(decoder.payloadTaken(2)).isFalse();
      assertThat(decoder.payloadTaken()).isEqualTo(2);
      assertThat(decoder.payloadRemaining()).isEqualTo(3);
      assertThat(decoder.payloadTaken(0)).isFalse();
      assertThat(decoder.payloadTaken(3)).isTrue();
    }

    @Test
    void isFollowedByTheNextHeader() {
      readHeader(decoder, header(Side.CLIENT, FINAL_BINARY, 3, 300));
      decoder.payloadTaken(300);

      readHeader(decoder, header(Side.CLIENT, 0x89, 1, 4));

      assertThat(decoder.opcode()).isEqualTo(Opcode.PING);
      assertThat(decoder.payloadLength()).isEqualTo(4);
      assertThat(decoder.payloadTaken()).isZero();
    }

    @Test
    void isCompleteAtOnceWhenEmpty() {
      readHeader(decoder, header(Side.CLIENT, FINAL_BINARY, 1, 0));

      assertThat(decoder.payloadTaken(0)).isTrue();
    }
  }
}
