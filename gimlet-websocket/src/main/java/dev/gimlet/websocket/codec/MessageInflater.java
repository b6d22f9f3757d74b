package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Decompresses one message after the other (RFC 7692 §7.2.2).
///
/// The limit holds while inflating: what is beyond it is never made. Holds native memory until
/// closed. Owned by its caller's thread.
public final class MessageInflater implements AutoCloseable {

  private static final AtomicInteger OPEN = new AtomicInteger();

  // The tail that a sender leaves out, and a final block: a stream that does not end with it was
  // cut off in a block, which zlib takes for one that goes on.
  private static final byte[] ENDING = HexFormat.of().parseHex("0000ffff" + "010000ffff");
  private static final byte[] NOTHING = {};
  private static final int FIRST_BYTES = 1 << 10;
  private static final int LIKELY_RATIO = 4;

  // Final blocks inside a message: each costs the whole window, and may have two bytes itself.
  private static final int FREE_RESTARTS = 256;
  private static final int BYTES_FOR_RESTART = 1 << 10;

  // One byte more than the limit has to fit into an array, so that the excess can be seen.
  private static final int MOST_BYTES = Integer.MAX_VALUE - 9;

  private final Inflater inflater = new Inflater(true);
  private SlidingWindow window = new SlidingWindow();
  private byte[] out = NOTHING;
  private int size;
  private int remembered; // of those, what the window has
  private int restarts; // that this message may still cause
  private boolean closed;

  /// An inflater.
  public MessageInflater() {
    OPEN.incrementAndGet();
  }

  /// How many inflaters of this process hold native memory now; any thread may ask.
  public static int openCount() {
    return OPEN.get();
  }

  /// Decompresses a message that refers to nothing before it.
  public byte[] inflate(byte[] compressed, int maxBytes) {
    return inflate(compressed, new SlidingWindow(), maxBytes);
  }

  /// Decompresses a message that may refer to those before it, which the window remembers.
  public byte[] inflateFurther(byte[] compressed, SlidingWindow earlier, int maxBytes) {
    byte[] message = inflate(compressed, earlier, maxBytes);
    earlier.add(message, remembered, message.length);
    return message;
  }

  private byte[] inflate(byte[] compressed, SlidingWindow earlier, int maxBytes) {
    remembered = 0;
    if (compressed.length == 0) {
      return NOTHING; // from a peer whose deflater had nothing to flush
    }
    int limit = Math.min(maxBytes, MOST_BYTES);
    long likely = Math.max(FIRST_BYTES, (long) LIKELY_RATIO * compressed.length);
    out = new byte[(int) Math.min(likely, limit + 1)];
    size = 0;
    restarts = FREE_RESTARTS + compressed.length / BYTES_FOR_RESTART;
    window = earlier;
    startOver();
    try {
      take(compressed, limit);
      if (!inflater.finished()) {
        take(ENDING, limit);
      }
      if (!inflater.finished()) {
        throw new DataFormatException("the end of a block is missing");
      }
      return size == out.length ? out : Arrays.copyOf(out, size);
    } catch (DataFormatException corrupt) {
      throw new ProtocolException(
          CloseStatus.INVALID_PAYLOAD_DATA, "compressed data is corrupt (RFC 7692 §7.2.2)");
    } finally {
      out = NOTHING;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      inflater.end();
      OPEN.decrementAndGet();
    }
  }

  private void take(byte[] input, int maxBytes) throws DataFormatException {
    inflater.setInput(input);
    while (!inflater.needsInput()) {
      if (inflater.finished()) {
        goOn(input); // a final block inside a message is legal (RFC 7692 §7.2.3.4)
      } else {
        makeRoom(maxBytes);
        int made = inflater.inflate(out, size, out.length - size);
        size += made;
        if (made == 0 && inflater.needsDictionary()) {
          throw new DataFormatException("a dictionary is needed");
        }
      }
    }
    drain(maxBytes);
  }

  /// All input was taken; what it stands for may still be inside.
  private void drain(int maxBytes) throws DataFormatException {
    int made;
    do {
      makeRoom(maxBytes);
      made = inflater.inflate(out, size, out.length - size);
      size += made;
    } while (made > 0);
    if (size > maxBytes) {
      throw tooBig(maxBytes);
    }
  }

  private void goOn(byte[] input) throws DataFormatException {
    if (restarts == 0) {
      throw new DataFormatException("too many final blocks");
    }
    restarts--;
    int left = inflater.getRemaining();
    window.add(out, remembered, size);
    remembered = size;
    startOver();
    inflater.setInput(input, input.length - left, left);
  }

  private void startOver() {
    inflater.reset();
    window.preset(inflater);
  }

  private void makeRoom(int maxBytes) {
    if (size > maxBytes) {
      throw tooBig(maxBytes);
    }
    if (size == out.length) {
      out = Arrays.copyOf(out, (int) Math.min(2L * out.length, maxBytes + 1));
    }
  }

  private static ProtocolException tooBig(int maxBytes) {
    return new ProtocolException(
        CloseStatus.MESSAGE_TOO_BIG, "message larger than " + maxBytes + " bytes when inflated");
  }
}
