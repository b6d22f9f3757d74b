package dev.gimlet.websocket.codec;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// What RFC 7692 §7.2.2 makes of a compressed payload, all at once and by the JDK alone.
///
/// Owned by its caller's thread.
final class DeflateModel {

  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  private final Inflater inflater = new Inflater(true);
  private byte[] out = {};
  private int size;

  /// The next message stands alone.
  void forget() {
    inflater.reset();
  }

  /// The message, or its first bytes when there are `most` or more: what follows is not looked at,
  /// and may be corrupt.
  byte[] message(byte[] compressed, int most) throws DataFormatException {
    out = new byte[most];
    size = 0;
    inflate(compressed);
    if (size < most && !inflater.finished()) {
      inflate(TAIL);
    }
    return Arrays.copyOf(out, size);
  }

  private void inflate(byte[] input) throws DataFormatException {
    int left = input.length;
    while (left > 0 && size < out.length) {
      if (inflater.finished()) { // RFC 7692 §7.2.3.4
        inflater.reset();
      }
      inflater.setInput(input, input.length - left, left);
      size += inflater.inflate(out, size, out.length - size);
      left = inflater.finished() ? inflater.getRemaining() : 0;
      if (inflater.needsDictionary()) {
        throw new DataFormatException("no dictionary was agreed on");
      }
    }
  }
}
