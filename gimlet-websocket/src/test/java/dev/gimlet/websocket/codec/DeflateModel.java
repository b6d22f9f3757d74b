package dev.gimlet.websocket.codec;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// What RFC 7692 §7.2.2 makes of a compressed payload, all at once and by the JDK alone.
///
/// Owned by its caller's thread.
final class DeflateModel {

  private static final byte[] TAIL_AND_FINAL_BLOCK =
      HexFormat.of().parseHex("0000ffff" + "010000ffff");
  private static final int WINDOW_BYTES = 32 << 10;

  private final Inflater inflater = new Inflater(true);
  private byte[] history = {}; // all that messages may refer to, and more
  private byte[] out = {};
  private int size;

  /// The next message stands alone.
  void forget() {
    history = new byte[0];
  }

  /// The message, or its first bytes when there are `most` or more: what follows is not looked at,
  /// and may be corrupt.
  byte[] message(byte[] compressed, int most) throws DataFormatException {
    out = new byte[most];
    size = 0;
    if (compressed.length > 0) {
      begin();
      inflate(compressed);
      if (size < most && !inflater.finished()) {
        inflate(TAIL_AND_FINAL_BLOCK);
        checkThatItEnded();
      }
    }
    byte[] message = Arrays.copyOf(out, size);
    history = join(history, message);
    return message;
  }

  private void begin() {
    inflater.reset();
    byte[] past = join(history, Arrays.copyOf(out, size));
    int from = Math.max(0, past.length - WINDOW_BYTES);
    inflater.setDictionary(past, from, past.length - from);
  }

  private void inflate(byte[] input) throws DataFormatException {
    int left = input.length;
    while (left > 0 && size < out.length) {
      if (inflater.finished()) { // RFC 7692 §7.2.3.4
        begin();
      }
      inflater.setInput(input, input.length - left, left);
      size += inflater.inflate(out, size, out.length - size);
      left = inflater.finished() ? inflater.getRemaining() : 0;
      if (inflater.needsDictionary()) {
        throw new DataFormatException("no dictionary was agreed on");
      }
    }
  }

  private void checkThatItEnded() throws DataFormatException {
    if (size < out.length && !(inflater.finished() && inflater.getRemaining() == 0)) {
      throw new DataFormatException("the payload ends inside a block");
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
