package dev.gimlet.exchange;

import dev.gimlet.http.HttpException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The body of a request while it arrives; memory is taken for what has come, not for what was
/// announced.
///
/// Owned by its event loop.
final class BodyCollector {
  private static final byte[] EMPTY = {};

  private final int limit;
  private byte[] bytes = EMPTY;
  private int size;

  BodyCollector(int limit) {
    this.limit = limit;
  }

  /// Refuses a body that is announced too large.
  ///
  /// @throws HttpException 413
  void expect(long length) {
    if (length > limit) {
      throw new HttpException(413, "the body may have " + limit + " bytes at most");
    }
  }

  /// Adds a part, which stays the caller's.
  ///
  /// @throws HttpException 413
  void add(ByteBuf part) {
    int more = part.readableBytes();
    expect((long) size + more);
    if (size + more > bytes.length) {
      int room = (int) Math.min(limit, Math.max(size + more, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, room);
    }
    part.getBytes(part.readerIndex(), bytes, size, more);
    size += more;
  }

  /// The whole body; the collector is empty again.
  byte[] take() {
    byte[] body = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    bytes = EMPTY;
    size = 0;
    return body;
  }
}
