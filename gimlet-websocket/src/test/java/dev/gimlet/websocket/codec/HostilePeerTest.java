package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gimlet.testing.Floods;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.ProtocolException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that do what costs most, beside what is allowed.
///
/// Memory is measured as what this thread allocates: nothing of another thread or of the collector
/// can blur it.
@Timeout(300)
final class HostilePeerTest {

  private static final int LIMIT = 64 << 10;
  private static final byte[] MASKING_KEY = {0, 0, 0, 0};

  /// Remembers only what ended the connection.
  private static final class Victim implements WebSocketProtocol.Receiver {

    private final WebSocketProtocol protocol;
    private @Nullable CloseStatus closed;
    private int messages;
    private long controlFrames;

    private Victim(Inflation inflation) {
      protocol = new WebSocketProtocol(Side.SERVER, LIMIT, this, inflation);
    }

    private Victim() {
      this(Inflation.NONE);
    }

    private void receive(byte[] bytes) {
      protocol.receive(ByteBuffer.wrap(bytes));
    }

    private int code() {
      return closed == null ? 0 : closed.code();
    }

    @Override
    public void onMessage(Message message) {
      messages++;
    }

    @Override
    public void onPing(byte[] payload) {}

    @Override
    public void onPong(byte[] payload) {}

    @Override
    public void sendControl(int opcode, byte[] payload) {
      controlFrames++;
    }

    @Override
    public void onEnding() {
      protocol.endNow();
    }

    @Override
    public void onClosed(CloseStatus status) {
      closed = status;
    }

    @Override
    public boolean isReady() {
      return true;
    }
  }

  private static byte[] frame(int firstByte, long announced, int sent) {
    ByteBuffer frame = ByteBuffer.allocate(14 + sent).put((byte) firstByte);
    if (announced <= 125) {
      frame.put((byte) (0x80 | announced));
    } else if (announced <= 0xFFFF) {
      frame.put((byte) (0x80 | 126)).putShort((short) announced);
    } else {
      frame.put((byte) (0x80 | 127)).putLong(announced);
    }
    frame.put(MASKING_KEY);
    return Arrays.copyOf(frame.array(), frame.position() + sent);
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  @Nested
  @DisplayName("F8, F9: what is announced")
  class Announced {

    @Test
    void costsNothingBeyondTheLimit() {
      byte[] header = frame(0x82, LIMIT + 1L, 0);
      new Victim().receive(header); // loads classes
      Victim victim = new Victim();
      ByteBuffer in = ByteBuffer.wrap(header);
      long before = allocatedBytes();
      victim.protocol.receive(in);

      assertThat(allocatedBytes() - before).isLessThan(2048);
      assertThat(victim.code()).isEqualTo(1009);
    }

    @Test
    void costsNothingUntilItComes() {
      int peers = Floods.of(10_000, 100_000);
      byte[] start = frame(0x82, LIMIT, 1);
      Victim[] victims = new Victim[peers];
      Arrays.setAll(victims, _ -> new Victim());
      long before = allocatedBytes();
      for (Victim victim : victims) {
        victim.receive(start);
      }

      assertThat(victims).allMatch(victim -> victim.protocol.isMidMessage());
      // 10,000 peers of 64 KiB each: 40 MiB where 640 were announced.
      assertThat((allocatedBytes() - before) / peers).isLessThan(4096);
    }
  }

  @Nested
  @DisplayName("F11: fragments without end")
  class Fragments {

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void areCutOffWith1009InLittleMemory(int size) {
      Victim victim = new Victim();
      victim.receive(frame(0x02, size, size));
      byte[] fragment = frame(0x00, size, size);
      ByteBuffer in = ByteBuffer.wrap(fragment);
      long before = allocatedBytes();
      for (int i = 0; i < 1_000_000; i++) {
        victim.protocol.receive(in.rewind());
      }

      assertThat(victim.code()).isEqualTo(1009);
      assertThat(allocatedBytes() - before).isLessThan(4L * LIMIT);
    }
  }

  @Nested
  @DisplayName("F14: frames after the end")
  class AfterTheEnd {

    @Test
    void areSwallowedForNothing() {
      Victim victim = new Victim();
      victim.receive(frame(0x88, 0, 0));
      ByteBuffer close = ByteBuffer.wrap(frame(0x88, 0, 0));
      ByteBuffer data = ByteBuffer.wrap(frame(0x82, 100, 100));
      long before = allocatedBytes();
      for (int i = 0; i < 1_000_000; i++) {
        victim.protocol.receive(close.rewind());
        victim.protocol.receive(data.rewind());
      }

      assertThat(victim.controlFrames).isEqualTo(1);
      assertThat(victim.messages).isZero();
      assertThat(allocatedBytes() - before).isLessThan(1 << 20);
    }
  }

  @Nested
  @DisplayName("C4: compressed data with a wrong bit")
  class WrongBits {

    private final MessageInflater inflater = new MessageInflater();
    private final MessageDeflater deflater = new MessageDeflater(6);

    /// An inflater that one event loop would lend to many connections.
    private final Inflation lent =
        new Inflation() {
          @Override
          public boolean isAgreed() {
            return true;
          }

          @Override
          public byte[] inflate(byte[] compressed, int maxBytes) {
            return inflater.inflate(compressed, maxBytes);
          }
        };

    @Test
    void neverDoesWorseThanEndingItsOwnConnection() {
      Random random = new Random(42);
      byte[] good = deflater.deflate(text(random, 300), 15);
      for (int i = 0; i < Floods.of(20, 200); i++) {
        byte[] compressed = deflater.deflate(text(random, 1 + random.nextInt(300)), 15);
        for (int bit = 0; bit < 8 * compressed.length; bit++) {
          byte[] wrong = compressed.clone();
          wrong[bit / 8] ^= (byte) (1 << (bit % 8));
          Victim victim = new Victim(lent);
          victim.receive(compressedFrame(wrong));

          assertThat(victim.code() == 0 ? victim.messages : victim.code()).isIn(1, 1007, 1009);
        }
        Victim other = new Victim(lent);
        other.receive(compressedFrame(good));
        assertThat(other.messages).isOne();
      }
      inflater.close();
      deflater.close();
    }

    private static byte[] text(Random random, int length) {
      byte[] text = new byte[length];
      for (int i = 0; i < length; i++) {
        text[i] = (byte) ('a' + random.nextInt(6));
      }
      return text;
    }

    private static byte[] compressedFrame(byte[] payload) {
      byte[] frame = frame(0xC1, payload.length, payload.length);
      System.arraycopy(payload, 0, frame, frame.length - payload.length, payload.length);
      return frame;
    }
  }

  @Nested
  @DisplayName("C3: native memory")
  class NativeMemory {

    @Test
    void isCountedUntilItIsGivenBackOnce() {
      int inflaters = MessageInflater.openCount();
      int deflaters = MessageDeflater.openCount();
      MessageInflater inflater = new MessageInflater();
      MessageDeflater deflater = new MessageDeflater(1);
      assertThat(MessageInflater.openCount()).isEqualTo(inflaters + 1);
      assertThat(MessageDeflater.openCount()).isEqualTo(deflaters + 1);

      inflater.close();
      inflater.close();
      deflater.close();
      deflater.close();

      assertThat(MessageInflater.openCount()).isEqualTo(inflaters);
      assertThat(MessageDeflater.openCount()).isEqualTo(deflaters);
    }
  }

  @Nested
  @DisplayName("C1: inflate bombs")
  class Bombs {

    @Test
    void costNoMoreThanTwiceTheLimit() {
      try (MessageDeflater deflater = new MessageDeflater(6);
          MessageInflater inflater = new MessageInflater()) {
        byte[] bomb = deflater.deflate(new byte[8 << 20], 15);
        int code = explode(inflater, bomb); // loads classes
        long before = allocatedBytes();
        for (int i = 0; i < 1000; i++) {
          code = explode(inflater, bomb);
        }

        assertThat(code).isEqualTo(1009);
        assertThat((allocatedBytes() - before) / 1000).isLessThan(3 * LIMIT); // of which 2 at once
      }
    }

    private static int explode(MessageInflater inflater, byte[] bomb) {
      try {
        return inflater.inflate(bomb, LIMIT).length;
      } catch (ProtocolException fault) {
        return fault.closeStatus().code();
      }
    }
  }

  @Nested
  @DisplayName("A rule of this side's own")
  class OwnRules {

    private final Victim victim = new Victim();

    @Test
    void failsTheConnection() {
      victim.protocol.failFor(new ProtocolException(CloseStatus.POLICY_VIOLATION, "too slow"));

      assertThat(victim.code()).isEqualTo(1008);
      assertThat(victim.controlFrames).isOne();
    }

    @Test
    void changesNothingAfterTheEnd() {
      victim.receive(frame(0x88, 0, 0));
      victim.protocol.failFor(new ProtocolException(CloseStatus.POLICY_VIOLATION, "too slow"));

      assertThat(victim.code()).isEqualTo(1005);
      assertThat(victim.controlFrames).isOne();
    }
  }

  @Nested
  class Unfinished {

    private final Victim victim = new Victim();

    @Test
    void isAMessageFromItsFirstByteToItsLast() {
      byte[] all = concat(frame(0x02, 200, 200), frame(0x80, 1, 1));
      assertThat(victim.protocol.isMidMessage()).isFalse();
      for (int i = 0; i < all.length - 1; i++) {
        victim.receive(new byte[] {all[i]});
        assertThat(victim.protocol.isMidMessage()).as("after byte %d", i).isTrue();
      }

      victim.receive(new byte[] {all[all.length - 1]});

      assertThat(victim.protocol.isMidMessage()).isFalse();
    }

    @Test
    void isNothingOnceTheConnectionHasEnded() {
      victim.receive(frame(0x02, 200, 100));
      victim.protocol.end();

      assertThat(victim.protocol.isMidMessage()).isFalse();
    }

    private static byte[] concat(byte[] one, byte[] other) {
      byte[] both = Arrays.copyOf(one, one.length + other.length);
      System.arraycopy(other, 0, both, one.length, other.length);
      return both;
    }
  }
}
