package dev.gimlet.server.load;

import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/// Messages with a [Stamp], which tells what was lost, doubled and out of order, and how late.
///
/// Owned by the event loop, except the number of [#callHeard], which has one writer; when that has
/// ended, by whoever reads the figures.
public final class StampedMessages implements Messages {

  /// Who gets the messages of a connection.
  public enum Receivers {
    /// The connection itself.
    SENDER,
    /// All the others; one's own copy is a matter of taste.
    OTHERS
  }

  /// The least size of a message: what it needs to be recognised.
  public static final int LEAST_BYTES = Stamp.BYTES;

  /// The greatest size of a message, 64 MiB.
  public static final int MOST_BYTES = 64 << 20;

  private static final long LONGEST_NANOS = Duration.ofHours(1).toNanos();
  private static final long CALL = -1; // the number of a message that asks who is there

  private final Receivers receivers;
  private final Stamp stamp = new Stamp(ThreadLocalRandom.current().nextInt());
  private final int key = ThreadLocalRandom.current().nextInt() | 0x01010101;
  private final ByteBuf blank; // one frame, masked
  private final int frameBytes;
  private final int headerBytes;
  private final long[] sent; // by connection
  private final StreamCheck[] checks; // by connection
  private final BitSet calledUpon = new BitSet(); // connections that got a call
  private final AtomicInteger heard = new AtomicInteger();
  private final Histogram latency = new Histogram(LONGEST_NANOS, 3);
  private long countsFromNanos = Long.MIN_VALUE;

  /// Messages of this size for so many connections.
  public StampedMessages(Receivers receivers, int connections, int bytes) {
    this.receivers = receivers;
    ByteBuf frame = MaskedFrame.of(Opcode.TEXT, stamp.blank(bytes), key);
    blank = Unpooled.directBuffer(frame.readableBytes()).writeBytes(frame);
    frame.release();
    frameBytes = blank.readableBytes();
    headerBytes = frameBytes - bytes;
    sent = new long[connections];
    checks = new StreamCheck[connections];
    for (int i = 0; i < connections; i++) {
      checks[i] = new StreamCheck();
    }
  }

  @Override
  public ByteBuf frames(int connection, int count, long intendedNanos) {
    ByteBuf frames = ByteBufAllocator.DEFAULT.directBuffer(count * frameBytes);
    for (int i = 0; i < count; i++) {
      append(frames, connection, sent[connection]++, intendedNanos);
    }
    return frames;
  }

  /// A frame that asks who hears this connection: it is not counted, timed or missed.
  ByteBuf call(int connection) {
    ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(frameBytes);
    append(frame, connection, CALL, 0);
    return frame;
  }

  /// How many connections have received a call; any thread may ask.
  int callHeard() {
    return heard.getOpaque();
  }

  private void append(ByteBuf frames, int connection, long number, long intendedNanos) {
    int at = frames.writerIndex() + headerBytes;
    frames.writeBytes(blank, 0, frameBytes);
    Stamp.fill(frames, at, key, connection, number, intendedNanos);
  }

  @Override
  public MessageCounter counter(int connection) {
    return new Reader(connection);
  }

  /// Times only what is sent from now on.
  public void forgetLatency() {
    countsFromNanos = System.nanoTime();
    latency.reset();
  }

  /// How long messages took from when they were meant to leave.
  public Histogram latency() {
    return latency;
  }

  /// How many that connection has sent.
  public long sent(int connection) {
    return sent[connection];
  }

  /// What that connection has received.
  public StreamCheck check(int connection) {
    return checks[connection];
  }

  @Override
  public void release() {
    blank.release();
  }

  private int received(int connection, int sender, long number, long intendedNanos) {
    boolean own = sender == connection;
    boolean wanted = own == (receivers == Receivers.SENDER);
    if (wanted && number == CALL) {
      calledUpon.set(connection);
      heard.setOpaque(calledUpon.cardinality());
      return 0;
    }
    if (!wanted || !wasSent(sender, number) || !checks[connection].received(number)) {
      return 0;
    }
    if (intendedNanos >= countsFromNanos) {
      latency.recordValue(Math.clamp(System.nanoTime() - intendedNanos, 0, LONGEST_NANOS));
    }
    return 1;
  }

  /// Servers may send what they like, stamps of their own making, too.
  private boolean wasSent(int sender, long number) {
    return sender >= 0 && sender < sent.length && number >= 0 && number < sent[sender];
  }

  /// Finds stamps in what one connection receives. Owned by the event loop.
  private final class Reader extends FrameReader {
    private final int connection;
    private ByteBuf part = Unpooled.EMPTY_BUFFER; // of a message that lies in one read
    private int partIndex;
    private int partBytes;
    private byte[] gathered = {}; // of one that does not
    private int gatheredBytes;

    private Reader(int connection) {
      this.connection = connection;
    }

    @Override
    void beginFrame(int kind, boolean isContinuation, long payloadBytes) {
      boolean first = kind == Opcode.TEXT || kind == Opcode.BINARY;
      if (isContinuation ? kind != Opcode.CONTINUATION : !first) {
        throw new IllegalStateException("the server sent a frame of kind " + kind);
      }
      if (gatheredBytes + payloadBytes > MOST_BYTES) {
        throw new IllegalStateException("the server sent a message of more than 64 MiB");
      }
    }

    @Override
    void take(ByteBuf in, int index, int bytes) {
      if (partBytes == 0 && gatheredBytes == 0) {
        part = in;
        partIndex = index;
        partBytes = bytes;
      } else {
        keepPart();
        gather(in, index, bytes);
      }
    }

    @Override
    void endRead() {
      keepPart();
    }

    private void keepPart() {
      if (partBytes > 0) { // else it lay in a read that is over
        gather(part, partIndex, partBytes);
        partBytes = 0;
      }
    }

    private void gather(ByteBuf in, int index, int bytes) {
      if (gatheredBytes + bytes > gathered.length) {
        int most = Math.max(2 * gathered.length, gatheredBytes + bytes);
        gathered = Arrays.copyOf(gathered, most);
      }
      in.getBytes(index, gathered, gatheredBytes, bytes);
      gatheredBytes += bytes;
    }

    @Override
    int endMessage() {
      int counts =
          gatheredBytes == 0
              ? recognise(part, partIndex, partBytes)
              : recognise(Unpooled.wrappedBuffer(gathered), 0, gatheredBytes);
      partBytes = 0;
      gatheredBytes = 0;
      return counts;
    }

    private int recognise(ByteBuf in, int index, int bytes) {
      int at = stamp.find(in, index, bytes);
      return at < 0
          ? 0
          : received(
              connection, Stamp.sender(in, at), Stamp.number(in, at), Stamp.intendedNanos(in, at));
    }
  }
}
