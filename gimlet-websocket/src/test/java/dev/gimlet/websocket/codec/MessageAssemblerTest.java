package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.Text;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageAssemblerTest {

  private static final int LIMIT = 200;

  /// An assembler behind a decoder, as a server has them.
  private static final class Assembly {

    private final FrameDecoder decoder = new FrameDecoder(Side.SERVER);
    private final MessageAssembler assembler;
    private boolean beginsFrame = true;
    final List<Message> messages = new ArrayList<>();

    Assembly(int maxMessageBytes) {
      assembler = new MessageAssembler(maxMessageBytes);
    }

    void take(WireFrame... frames) {
      take(ByteBuffer.wrap(WireFrame.from(Side.CLIENT, frames)));
    }

    void take(ByteBuffer in) {
      while (in.hasRemaining() && decoder.readHeader(in)) {
        if (beginsFrame) {
          assembler.begin(decoder.opcode(), decoder.payloadLength());
        }
        int available = (int) Math.min(in.remaining(), decoder.payloadRemaining());
        assembler.append(in, available, decoder);
        beginsFrame = decoder.payloadTaken(available);
        if (beginsFrame && decoder.isFinal()) {
          messages.add(assembler.finish());
        }
      }
    }
  }

  private final Assembly assembly = new Assembly(LIMIT);

  private static void assertRefused(int code, Runnable taking) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(taking::run)
        .satisfies(fault -> assertThat(fault.closeStatus().code()).isEqualTo(code));
  }

  private static WireFrame bytes(int length) {
    return WireFrame.of(Opcode.BINARY, new byte[length]);
  }

  private static WireFrame more(int length) {
    return WireFrame.of(Opcode.CONTINUATION, new byte[length]);
  }

  @Nested
  @DisplayName("RFC 6455 §5.4: fragmentation")
  class Fragmentation {

    @Test
    void makesAMessageOfOneFrame() {
      assembly.take(WireFrame.text("hi"), WireFrame.binary(1, 2));

      assertThat(assembly.messages).containsExactly(Text.of("hi"), Binary.of((byte) 1, (byte) 2));
    }

    @Test
    void makesAMessageOfFragments() {
      assembly.take(
          WireFrame.text("one ").fragment(),
          WireFrame.continuation("two ").fragment(),
          WireFrame.continuation("three"));

      assertThat(assembly.messages).containsExactly(Text.of("one two three"));
    }

    @Test
    void takesTheKindFromTheFirstFragment() {
      assembly.take(WireFrame.binary('a').fragment(), WireFrame.continuation("b"));

      assertThat(assembly.messages).containsExactly(Binary.of((byte) 'a', (byte) 'b'));
    }

    @Test
    void takesEmptyFragmentsAnywhere() {
      assembly.take(
          WireFrame.text("").fragment(),
          WireFrame.continuation("").fragment(),
          WireFrame.continuation("hi").fragment(),
          WireFrame.continuation("").fragment(),
          WireFrame.continuation(""));

      assertThat(assembly.messages).containsExactly(Text.of("hi"));
    }

    @Test
    void makesEmptyMessages() {
      assembly.take(
          WireFrame.text(""),
          WireFrame.binary(),
          WireFrame.text("").fragment(),
          WireFrame.continuation(""));

      assertThat(assembly.messages).containsExactly(Text.of(""), Binary.of(), Text.of(""));
    }

    @Test
    void givesEveryMessageItsOwnBytes() {
      assembly.take(WireFrame.binary(1, 2, 3), WireFrame.binary(4, 5, 6));

      assertThat(assembly.messages)
          .containsExactly(
              Binary.wrap(WireFrame.bytes(1, 2, 3)), Binary.wrap(WireFrame.bytes(4, 5, 6)));
    }

    @Test
    void refusesAContinuationOfNothing() {
      assertRefused(CloseStatus.PROTOCOL_ERROR, () -> assembly.take(WireFrame.continuation("hi")));
    }

    @Test
    void refusesAContinuationAfterTheLastFragment() {
      assembly.take(WireFrame.text("a").fragment(), WireFrame.continuation("b"));

      assertRefused(CloseStatus.PROTOCOL_ERROR, () -> assembly.take(WireFrame.continuation("c")));
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcode.TEXT, Opcode.BINARY})
    void refusesANewMessageInsideAnOpenOne(int opcode) {
      assembly.take(WireFrame.text("a").fragment());

      assertRefused(CloseStatus.PROTOCOL_ERROR, () -> assembly.take(WireFrame.of(opcode)));
    }
  }

  @Nested
  @DisplayName("RFC 6455 §8.1: text is UTF-8")
  class Utf8 {

    @Test
    void isJudgedAcrossFragmentsInsideACharacter() {
      byte[] utf8 = "κ世\uD83D\uDE00".getBytes(UTF_8);

      for (int cut = 0; cut <= utf8.length; cut++) {
        assembly.take(
            WireFrame.of(Opcode.TEXT, Arrays.copyOf(utf8, cut)).fragment(),
            WireFrame.of(Opcode.CONTINUATION, Arrays.copyOfRange(utf8, cut, utf8.length)));
      }

      assertThat(assembly.messages).hasSize(10).containsOnly(Text.of("κ世\uD83D\uDE00"));
    }

    @Test
    void isRefusedInTheFragmentThatBreaksIt() {
      assembly.take(WireFrame.text("fine").fragment());

      assertRefused(
          CloseStatus.INVALID_PAYLOAD_DATA,
          () -> assembly.take(WireFrame.of(Opcode.CONTINUATION, (byte) 0xFF).fragment()));
    }

    @Test
    void isRefusedWithACharacterOpenAtTheEnd() {
      assertRefused(
          CloseStatus.INVALID_PAYLOAD_DATA,
          () -> assembly.take(WireFrame.of(Opcode.TEXT, (byte) 'a', (byte) 0xC3)));
    }

    @Test
    void isNotAskedOfBinary() {
      assembly.take(WireFrame.binary(0xFF, 0xC0));

      assertThat(assembly.messages).containsExactly(Binary.wrap(WireFrame.bytes(0xFF, 0xC0)));
    }
  }

  @Nested
  @DisplayName("RFC 6455 §10.4: limits")
  class Limits {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, LIMIT - 1, LIMIT})
    void admitMessagesUpToTheLimitInEverySplit(int size) {
      for (int cut = 0; cut <= size; cut++) {
        assembly.take(bytes(cut).fragment(), more(size - cut));
      }

      assertThat(assembly.messages).hasSize(size + 1).containsOnly(Binary.wrap(new byte[size]));
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, LIMIT + 2, 2 * LIMIT})
    void refuseTheFragmentThatPassesTheLimitInEverySplit(int size) {
      for (int cut = Math.max(0, size - LIMIT); cut <= Math.min(LIMIT, size); cut++) {
        var fresh = new Assembly(LIMIT);
        int rest = size - cut;

        fresh.take(bytes(cut).fragment());

        assertRefused(CloseStatus.MESSAGE_TOO_BIG, () -> fresh.take(more(rest)));
      }
    }

    @ParameterizedTest
    @CsvSource({"199, true", "200, true", "201, false"})
    void holdForThreeFragmentsInEverySplit(int size, boolean admitted) {
      for (int first = 0; first <= LIMIT; first += 3) {
        for (int second = 0; second <= LIMIT - first; second += 3) {
          var fresh = new Assembly(LIMIT);
          fresh.take(bytes(first).fragment(), more(second).fragment());
          WireFrame last = more(Math.max(0, size - first - second));

          if (admitted) {
            fresh.take(last);
          } else {
            assertRefused(CloseStatus.MESSAGE_TOO_BIG, () -> fresh.take(last));
          }
        }
      }
    }

    @Test
    void refuseAMessageByItsHeaderAlone() {
      assembly.assembler.begin(Opcode.BINARY, LIMIT);
      assembly.assembler.reset();

      assertRefused(
          CloseStatus.MESSAGE_TOO_BIG, () -> assembly.assembler.begin(Opcode.BINARY, LIMIT + 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {LIMIT, Integer.MAX_VALUE, 1L << 31, 1L << 32, Long.MAX_VALUE})
    void countSumsThatOverflow(long length) {
      assembly.take(bytes(1).fragment());

      assertRefused(
          CloseStatus.MESSAGE_TOO_BIG, () -> assembly.assembler.begin(Opcode.CONTINUATION, length));
    }

    @Test
    void countEachMessageForItself() {
      for (int message = 0; message < 5; message++) {
        assembly.take(bytes(LIMIT - 1).fragment(), more(1));
      }

      assertThat(assembly.messages).hasSize(5);
    }
  }

  /// Every fragment is charged 64 bytes at least, against the larger of 64 KiB and twice the limit.
  @Nested
  class FragmentFlood {

    @ParameterizedTest
    @CsvSource({"0, 1024", "1, 1024"})
    void isCutOffWith1009(int fragmentBytes, int admitted) {
      var small = new Assembly(16_384);
      small.take(bytes(fragmentBytes).fragment());
      for (int fragment = 1; fragment < admitted; fragment++) {
        small.take(more(fragmentBytes).fragment());
      }

      assertRefused(CloseStatus.MESSAGE_TOO_BIG, () -> small.take(more(fragmentBytes).fragment()));
    }

    @Test
    void isCutOffLaterWhereMessagesMayBeLarge() {
      var large = new Assembly(1 << 20);
      large.take(bytes(0).fragment());
      for (int fragment = 1; fragment < (2 << 20) / 64; fragment++) {
        large.take(more(0).fragment());
      }

      assertRefused(CloseStatus.MESSAGE_TOO_BIG, () -> large.take(more(0).fragment()));
    }

    @Test
    void isNotAMessageOfManyOrdinaryFragments() {
      var large = new Assembly(4 << 20);
      large.take(bytes(64).fragment());
      for (int fragment = 1; fragment < 65_535; fragment++) {
        large.take(more(64).fragment());
      }

      large.take(more(64)); // 4 MiB in 64-byte fragments, Autobahn 9.3.1

      assertThat(large.messages).map(Message::size).containsExactly(4 << 20);
    }

    @Test
    void isForgottenWithTheMessage() {
      var small = new Assembly(LIMIT);
      for (int message = 0; message < 1_100; message++) {
        small.take(bytes(1).fragment(), more(1));
      }

      assertThat(small.messages).hasSize(1_100);
    }
  }

  /// What is allocated follows what was received, whatever was announced.
  @Nested
  class Memory {

    private static final int MEBIBYTE = 1 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Bytes that this thread allocates by taking so much of a frame of a mebibyte.
    private static long allocatedFor(int receivedBytes, int maxMessageBytes) {
      byte[] frame = bytes(MEBIBYTE).from(Side.CLIENT);
      var fresh = new Assembly(maxMessageBytes);
      ByteBuffer in = ByteBuffer.wrap(frame, 0, 14 + receivedBytes); // 14 bytes of header
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        fresh.take(in);
      } catch (ProtocolException tooBig) {
        assertThat(maxMessageBytes).isLessThan(MEBIBYTE);
      }
      return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void isLittleForALargeFrameThatOnlyBegan() {
      allocatedFor(1, MEBIBYTE); // classes are loaded by the first

      assertThat(allocatedFor(1, MEBIBYTE)).isLessThan(4 << 10);
    }

    @Test
    void isLittleForAFrameBeyondTheLimit() {
      allocatedFor(0, LIMIT);

      assertThat(allocatedFor(0, LIMIT)).isLessThan(1 << 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 500, 512, 513, 1_000, 4_096, 65_536, MEBIBYTE / 2, MEBIBYTE - 1})
    void isAtMostTwiceWhatWasReceived(int receivedBytes) {
      allocatedFor(receivedBytes, MEBIBYTE);

      assertThat(allocatedFor(receivedBytes, MEBIBYTE)).isLessThan(2L * receivedBytes + 4096);
    }

    @Test
    void isDoubledAtMostWhileAMessageTrickles() {
      byte[] frame = bytes(MEBIBYTE).from(Side.CLIENT);
      var trickling = new Assembly(MEBIBYTE);
      trickling.take(ByteBuffer.wrap(frame, 0, 14));
      long before = THREADS.getCurrentThreadAllocatedBytes();

      for (int at = 14; at < frame.length; at += 1_024) {
        trickling.take(ByteBuffer.wrap(frame, at, Math.min(1_024, frame.length - at)));
      }

      // All generations of the array together, 1 + 1/2 + 1/4 ..., and a wrapper for each piece.
      long wrappers = 1_024 * 200;
      assertThat(trickling.messages).hasSize(1);
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .isLessThan(2L * MEBIBYTE + wrappers);
    }
  }

  @Nested
  class Reset {

    @Test
    void forgetsTheOpenMessage() {
      assembly.take(WireFrame.of(Opcode.TEXT, (byte) 0xC3).fragment());

      assembly.assembler.reset();
      assembly.take(WireFrame.text("fresh"));

      assertThat(assembly.messages).containsExactly(Text.of("fresh"));
    }
  }
}
