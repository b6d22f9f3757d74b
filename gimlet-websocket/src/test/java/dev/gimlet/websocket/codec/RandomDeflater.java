package dev.gimlet.websocket.codec;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

/// A peer that compresses as RFC 7692 §7.2.1 allows, in one block or several, ended or not; now and
/// then the end is lost.
///
/// Owned by its caller's thread, as is the deflater that it borrows.
final class RandomDeflater {

  /// What was agreed on.
  enum Agreement {
    NONE,
    EACH_ALONE,
    TAKEOVER
  }

  private static final int TAIL_BYTES = 4;

  private final SplittableRandom random;
  private final Agreement agreement;
  private final Deflater deflater;
  private final byte[] buffer = new byte[1024];

  RandomDeflater(SplittableRandom random, Agreement agreement, Deflater deflater) {
    this.random = random;
    this.agreement = agreement;
    this.deflater = deflater;
    if (isAgreed()) {
      deflater.reset();
    }
  }

  boolean isAgreed() {
    return agreement != Agreement.NONE;
  }

  byte[] deflate(byte[] payload) {
    if (agreement == Agreement.EACH_ALONE) {
      deflater.reset();
    }
    var out = new ByteArrayOutputStream();
    int from = 0;
    while (random.nextInt(4) == 0) {
      int to = from + random.nextInt(payload.length - from + 1);
      deflater.setInput(payload, from, to - from);
      drain(out, random.nextBoolean() ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH);
      from = to;
    }
    deflater.setInput(payload, from, payload.length - from);
    return cutNowAndThen(random.nextInt(8) == 0 ? finished(out) : flushed(out));
  }

  /// Without the random numbers, which what follows goes on with.
  private static byte[] cutNowAndThen(byte[] compressed) {
    int lot = Arrays.hashCode(compressed) >>> 1;
    return lot % 64 > 0 ? compressed : Arrays.copyOf(compressed, lot / 64 % compressed.length);
  }

  private byte[] flushed(ByteArrayOutputStream out) {
    drain(out, Deflater.SYNC_FLUSH);
    int length = out.size() - TAIL_BYTES;
    return length > 0 ? Arrays.copyOf(out.toByteArray(), length) : new byte[1]; // §7.2.3.6
  }

  private byte[] finished(ByteArrayOutputStream out) {
    deflater.finish();
    drain(out, Deflater.NO_FLUSH);
    deflater.reset();
    if (random.nextBoolean()) {
      out.write(0); // RFC 7692 §7.2.3.4
    }
    return out.toByteArray();
  }

  private void drain(ByteArrayOutputStream out, int flush) {
    int made;
    do {
      made = deflater.deflate(buffer, 0, buffer.length, flush);
      out.write(buffer, 0, made);
    } while (made == buffer.length);
  }
}
