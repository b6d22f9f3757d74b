package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One direct buffer that is lent again and again, so that its memory stays in the processor's
/// cache.
///
/// A borrower gives it back by releasing it; as long as one keeps it, the next gets a fresh one.
/// Owned by its event loop.
final class LentBuffer {

  private final int bytes;
  private @Nullable ByteBuf buffer;

  LentBuffer(int bytes) {
    this.bytes = bytes;
  }

  /// An empty buffer, to be released by the caller. The allocator is asked for only when a fresh
  /// one is needed: it is among the settings of a connection, far from all else that a write needs.
  ByteBuf lend(Supplier<ByteBufAllocator> allocator) {
    ByteBuf known = buffer;
    if (known == null || known.refCnt() > 1) {
      release();
      known = allocator.get().directBuffer(bytes, bytes);
      buffer = known;
    }
    return known.clear().retain();
  }

  void release() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }
}
