package dev.gimlet.websocket.codec;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;

/// Compresses one message after the other (RFC 7692 §7.2.1).
///
/// A window smaller than the platform's 32 KiB is kept by forgetting everything after each stretch
/// of that length, so that no reference reaches further back. Holds native memory until closed.
/// Owned by its caller's thread.
public final class MessageDeflater implements AutoCloseable {

  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final int TAIL_BYTES = 4; // 00 00 FF FF, which the peer adds again
  private static final int FIRST_BYTES = 4 << 10;
  private static final int MOST_KEPT_BYTES = 64 << 10; // between the messages of one connection

  private final Deflater deflater;
  private byte[] out = new byte[FIRST_BYTES];
  private boolean closed;

  /// A deflater of this level, 1 to 9.
  public MessageDeflater(int level) {
    deflater = new Deflater(level, true);
    OPEN.incrementAndGet();
  }

  /// How many deflaters of this process hold native memory now; any thread may ask.
  public static int openCount() {
    return OPEN.get();
  }

  /// Compresses a message that refers to nothing before it.
  public byte[] deflate(byte[] payload, int windowBits) {
    deflater.reset();
    return compress(payload, windowBits);
  }

  /// Compresses a message that may refer to those before it.
  public byte[] deflateFurther(byte[] payload, int windowBits) {
    byte[] kept = out;
    byte[] compressed = compress(payload, windowBits);
    if (out.length > MOST_KEPT_BYTES) {
      out = kept;
    }
    return compressed;
  }

  private byte[] compress(byte[] payload, int windowBits) {
    if (payload.length == 0) {
      return new byte[1]; // a deflater with nothing to flush is silent: RFC 7692 §7.2.3.6
    }
    boolean whole = windowBits == DeflateAgreement.MAX_WINDOW_BITS;
    int stretch = whole ? payload.length : 1 << windowBits;
    int flush = whole ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH;
    int size = 0;
    for (int from = 0; from < payload.length; from += stretch) {
      deflater.setInput(payload, from, Math.min(stretch, payload.length - from));
      size = drain(size, flush);
    }
    return Arrays.copyOf(out, size - TAIL_BYTES);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      deflater.end();
      OPEN.decrementAndGet();
    }
  }

  /// Takes what the deflater gives; it is done when it leaves room.
  private int drain(int taken, int flush) {
    int size = taken;
    while (true) {
      if (size == out.length) {
        out = Arrays.copyOf(out, 2 * out.length);
      }
      size += deflater.deflate(out, size, out.length - size, flush);
      if (size < out.length) {
        return size;
      }
    }
  }
}
