package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Direct buffers of one size that are lent by turns, so that their memory stays in the processor's
/// cache.
///
/// A borrower gives one back by releasing it; what one keeps is replaced by a fresh one when its
/// turn comes. Owned by its event loop.
final class LentBuffers {

  private final int bytes;
  private final @Nullable ByteBuf[] buffers;
  private int next;

  LentBuffers(int count, int bytes) {
    this.bytes = bytes;
    this.buffers = new ByteBuf[count];
  }

  /// An empty buffer, to be released by the caller. The allocator is asked for only when a fresh
  /// one is needed: it is among the settings of a connection, far from all else that a write needs.
  ByteBuf lend(Supplier<ByteBufAllocator> allocator) {
    int turn = next;
    next = turn + 1 < buffers.length ? turn + 1 : 0;
    ByteBuf known = buffers[turn];
    if (known == null || known.refCnt() > 1) {
      release(turn);
      known = allocator.get().directBuffer(bytes, bytes);
      buffers[turn] = known;
    }
    return known.clear().retain();
  }

  void release() {
    for (int turn = 0; turn < buffers.length; turn++) {
      release(turn);
    }
  }

  private void release(int turn) {
    ByteBuf known = buffers[turn];
    if (known != null) {
      buffers[turn] = null;
      known.release();
    }
  }
}
