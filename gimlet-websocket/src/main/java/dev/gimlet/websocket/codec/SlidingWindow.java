package dev.gimlet.websocket.codec;

import java.util.zip.Inflater;

/// The last 32 KiB of what a peer sent, before compression: what its next message may refer to with
/// context takeover (RFC 7692 §7.1.1).
///
/// Takes no more memory than it holds, or twice that. Owned by its caller's thread.
public final class SlidingWindow {

  private static final int MAX_BYTES = 1 << DeflateAgreement.MAX_WINDOW_BITS;

  private byte[] bytes = {};
  private int size;

  /// An empty one.
  public SlidingWindow() {}

  /// Adds the bytes from one index to before another.
  void add(byte[] source, int from, int to) {
    int added = Math.min(to - from, MAX_BYTES);
    int kept = Math.min(size, MAX_BYTES - added);
    byte[] target = bytes;
    if (kept + added > bytes.length) {
      target = new byte[Math.min(2 * (kept + added), MAX_BYTES)];
    }
    System.arraycopy(bytes, size - kept, target, 0, kept);
    System.arraycopy(source, to - added, target, kept, added);
    bytes = target;
    size = kept + added;
  }

  /// Lets an inflater that begins refer to what this holds.
  void preset(Inflater inflater) {
    if (size > 0) {
      inflater.setDictionary(bytes, 0, size);
    }
  }
}
