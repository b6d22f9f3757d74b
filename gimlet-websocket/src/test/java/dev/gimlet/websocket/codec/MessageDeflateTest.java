package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gimlet.websocket.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageDeflateTest {

  private static final int LIMIT = 16 << 20;

  private final MessageDeflater deflater = new MessageDeflater(6);
  private final MessageInflater inflater = new MessageInflater();
  private final SlidingWindow window = new SlidingWindow();

  @AfterEach
  void close() {
    deflater.close();
    inflater.close();
  }

  @Nested
  @DisplayName("RFC 7692 §7.2.3: examples")
  class Examples {

    @ParameterizedTest
    @CsvSource({
      "one block, f248cdc9c90700",
      "no compression, 000500faff48656c6c6f00",
      "final block, f348cdc9c9070000",
      "two blocks, f248050000 00ffffcac9c90700"
    })
    void areInflated(String name, String hex) {
      byte[] compressed = HexFormat.of().parseHex(hex.replace(" ", ""));

      assertThat(new String(inflater.inflate(compressed, LIMIT), UTF_8))
          .as(name)
          .isEqualTo("Hello");
    }

    @Test
    void ofTheSlidingWindowNeedTheMessageBefore() {
      assertThat(further(HexFormat.of().parseHex("f248cdc9c90700")))
          .isEqualTo("Hello".getBytes(UTF_8));
      assertThat(further(HexFormat.of().parseHex("f200110000"))).isEqualTo("Hello".getBytes(UTF_8));
    }

    @Test
    void ofAnEmptyMessageIsOneByte() {
      assertThat(deflater.deflate(new byte[0], 15)).containsExactly(0);
      assertThat(inflater.inflate(new byte[] {0}, LIMIT)).isEmpty();
    }
  }

  record Sample(String name, Supplier<byte[]> make) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (int size : new int[] {0, 1, 2, 125, 126, 511, 512, 65_535, 65_536, 1 << 20, 16 << 20}) {
      samples.add(new Sample("zeros " + size, () -> new byte[size]));
      samples.add(new Sample("random " + size, () -> random(size)));
      samples.add(new Sample("text " + size, () -> text(size)));
    }
    return samples.stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void comesBackAsItWas(Sample sample) {
    byte[] payload = sample.make().get();

    byte[] compressed = deflater.deflate(payload, 15);

    assertThat(inflater.inflate(compressed, LIMIT)).isEqualTo(payload);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14})
  void keepsSmallWindows(int bits) {
    // The second half repeats the first at a distance that a small window cannot reach.
    byte[] half = random(1 << bits);
    byte[] payload = Arrays.copyOf(half, 2 * half.length);
    System.arraycopy(half, 0, payload, half.length, half.length);

    byte[] compressed = deflater.deflate(payload, bits);

    assertThat(inflater.inflate(compressed, LIMIT)).isEqualTo(payload);
    assertThat(compressed.length).isGreaterThan(payload.length);
    assertThat(deflater.deflate(payload, 15).length).isLessThan(payload.length);
  }

  @Test
  void refersToEarlierMessagesWithContextTakeover() {
    byte[] message = random(1000);

    int first = deflater.deflateFurther(message, 15).length;
    byte[] second = deflater.deflateFurther(message, 15);

    assertThat(second.length).isLessThan(first / 10);
  }

  @Test
  void followsALongConversationWithContextTakeover() {
    for (int i = 0; i < 300; i++) {
      byte[] message = text(i * 17);

      assertThat(further(deflater.deflateFurther(message, 15))).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 15})
  void followsEmptyMessagesWithContextTakeover(int bits) {
    for (int size : new int[] {0, 0, 300, 0, 0, 256, 0, 300}) {
      byte[] compressed = deflater.deflateFurther(text(size), bits);

      assertThat(further(compressed)).isEqualTo(text(size));
    }
  }

  @Test
  void keepsNoLargeArrayForTheNextMessageOfAConnection() {
    byte[] large = random(1 << 20);
    deflater.deflateFurther(large, 15);
    long before = allocatedBytes();

    deflater.deflateFurther(large, 15);

    assertThat(allocatedBytes() - before).isGreaterThan(3L << 20); // array and result
  }

  @Test
  void keepsItsArrayWhenItIsLentForOneMessageAfterTheOther() {
    byte[] large = random(1 << 20);
    deflater.deflate(large, 15);
    long before = allocatedBytes();

    deflater.deflate(large, 15);

    assertThat(allocatedBytes() - before).isLessThan(2L << 20); // the result
  }

  @Test
  void remembersWhatAWindowHolds() {
    byte[] old = random(40_000);
    deflater.deflateFurther(old, 15);
    further(deflater.deflate(old, 15));
    byte[] last = Arrays.copyOfRange(old, old.length - 32_000, old.length);

    byte[] short1 = deflater.deflateFurther(last, 15);

    assertThat(short1.length).isLessThan(last.length / 10);
    assertThat(further(short1)).isEqualTo(last);
  }

  @Test
  void ofAPeerWithNothingToFlushIsEmpty() {
    further(deflater.deflateFurther(text(300), 15));

    assertThat(further(new byte[0])).isEmpty();

    assertThat(further(deflater.deflateFurther(text(300), 15))).isEqualTo(text(300));
  }

  @Test
  void remembersWhatCameBeforeAFinalBlock() {
    byte[] hello = HexFormat.of().parseHex("f348cdc9c90700" + "00"); // BFINAL is set
    further(hello);

    assertThat(further(HexFormat.of().parseHex("f200110000"))).isEqualTo("Hello".getBytes(UTF_8));
  }

  @Nested
  class Limits {

    private static final byte[] FIRST = random(300);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 100_000})
    void holdWhileInflating(int size) {
      byte[] compressed = deflater.deflate(new byte[size], 15);

      assertThat(inflater.inflate(compressed, size)).hasSize(size);
      byte[] more = deflater.deflate(new byte[size + 1], 15);
      assertFault(1009, () -> inflater.inflate(more, size));
    }

    /// Each restarts zlib with a window of 32 KiB, and takes two bytes.
    @ParameterizedTest
    @CsvSource({"0, 256", "1, 257", "2, 258", "10, 266"})
    void holdForFinalBlocksInsideAMessage(int kibibytes, int most) {
      assertThat(inflater.inflate(withFinalBlocks(most, kibibytes), LIMIT)).isEqualTo(FIRST);

      byte[] more = withFinalBlocks(most + 1, kibibytes);
      assertFault(1007, () -> inflater.inflate(more, LIMIT));
    }

    /// A message of that length, less than a KiB more, whose content comes first.
    private byte[] withFinalBlocks(int count, int kibibytes) {
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes(deflater.deflate(FIRST, 15));
      bytes.writeBytes(HexFormat.of().parseHex("0000ffff"));
      for (int i = 0; i < count; i++) {
        bytes.writeBytes(new byte[] {3, 0}); // an empty block, BFINAL is set
      }
      while (bytes.size() < kibibytes << 10) {
        bytes.writeBytes(HexFormat.of().parseHex("000000ffff")); // an empty block that is not final
      }
      bytes.write(0); // the last block's beginning: its end is left out (RFC 7692 §7.2.1)
      assertThat(bytes.size() >> 10).isEqualTo(kibibytes);
      return bytes.toByteArray();
    }

    @Test
    void stopABombEarly() {
      byte[] bomb = deflater.deflate(new byte[64 << 20], 15);
      assertThat(bomb.length).isLessThan(80_000);
      long before = allocatedBytes();

      assertFault(1009, () -> inflater.inflate(bomb, 1 << 20));

      assertThat(allocatedBytes() - before).isLessThan(4L << 20);
    }
  }

  @Nested
  class CorruptData {

    @Test
    void neverDoesWorseThanAFault() {
      byte[] good = deflater.deflate(text(400), 15);
      int faults = 0;
      for (int bit = 0; bit < 8 * good.length; bit++) {
        byte[] bad = good.clone();
        bad[bit / 8] ^= (byte) (1 << (bit % 8));
        try {
          inflater.inflate(bad, LIMIT);
        } catch (ProtocolException fault) {
          assertThat(fault.closeStatus().code()).isIn(1007, 1009);
          faults++;
        }
      }

      assertThat(faults).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9})
    void isWhatLostItsEnd(int level) {
      try (var sender = new MessageDeflater(level)) {
        for (int size : new int[] {1, 40, 400, 4_000}) {
          byte[] whole = sender.deflate(text(size), 15);
          for (int cut = 1; cut < whole.length; cut++) {
            byte[] start = Arrays.copyOf(whole, cut);
            assertFault(1007, () -> inflater.inflate(start, LIMIT));
          }
        }
      }
    }

    @Test
    void isWhatLostItsEndAlsoWithContextTakeover() {
      byte[] first = deflater.deflateFurther(text(400), 15);
      byte[] whole = deflater.deflateFurther(text(900), 15);
      for (int cut = 1; cut < whole.length; cut++) {
        byte[] start = Arrays.copyOf(whole, cut);
        var remembered = new SlidingWindow();
        inflater.inflateFurther(first, remembered, LIMIT);

        assertFault(1007, () -> inflater.inflateFurther(start, remembered, LIMIT));
      }
    }

    @Test
    void isNotASecondFinalBlock() {
      byte[] end = HexFormat.of().parseHex("f348cdc9c90700" + "010000ffff");

      assertThat(inflater.inflate(end, LIMIT)).isEqualTo("Hello".getBytes(UTF_8));
    }

    @Test
    void isToldOnlyWhenItComesBeforeTheLimit() {
      byte[] zeros = deflater.deflate(new byte[5_000], 15);
      byte[] bad = Arrays.copyOf(zeros, zeros.length + 100);
      Arrays.fill(bad, zeros.length, bad.length, (byte) 0xFF); // a block of no kind

      assertFault(1009, () -> inflater.inflate(bad, 4_000));
      assertFault(1007, () -> inflater.inflate(bad, 6_000));
    }

    @Test
    void leavesTheInflaterFitForTheNextMessage() {
      assertFault(1007, () -> inflater.inflate(new byte[] {(byte) 0xFF, 1, 2, 3}, LIMIT));

      assertThat(inflater.inflate(deflater.deflate(text(100), 15), LIMIT)).isEqualTo(text(100));
    }
  }

  private byte[] further(byte[] compressed) {
    return inflater.inflateFurther(compressed, window, LIMIT);
  }

  private static void assertFault(int code, Runnable action) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(action::run)
        .satisfies(fault -> assertThat(fault.closeStatus().code()).isEqualTo(code));
  }

  private static long allocatedBytes() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(int size) {
    String sentence = "A gimlet is a small tool that opens a hole. ";
    return sentence.repeat(size / sentence.length() + 1).substring(0, size).getBytes(UTF_8);
  }
}
