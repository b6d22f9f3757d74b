package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The shared frame that was written last, where the kernel can read it: it is copied once for all
/// members of a room on an event loop. Owned by its event loop.
final class NativeFrame {

  private @Nullable SharedFrame frame;
  private @Nullable ByteBuf copy;

  /// The copy of a frame that is not worth sharing, until the next call.
  ByteBuf copyOf(SharedFrame wanted, Supplier<ByteBufAllocator> allocator) {
    ByteBuf known = copy;
    if (known == null || wanted != frame) {
      known = makeCopy(wanted, allocator);
    }
    return known;
  }

  private ByteBuf makeCopy(SharedFrame wanted, Supplier<ByteBufAllocator> allocator) {
    ByteBuf memory = copy;
    if (memory == null) {
      memory = allocator.get().directBuffer(SharedFrame.COPY_BYTES, SharedFrame.COPY_BYTES);
      copy = memory;
    }
    wanted.copyTo(memory.internalNioBuffer(0, SharedFrame.COPY_BYTES));
    frame = wanted;
    return memory;
  }

  void release() {
    if (copy != null) {
      copy.release();
      copy = null;
    }
    frame = null;
  }
}
