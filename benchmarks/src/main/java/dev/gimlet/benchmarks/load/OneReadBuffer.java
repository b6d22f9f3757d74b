package dev.gimlet.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/// Reads into one and the same buffer, for handlers that are done with it when they return.
///
/// Owned by the event loop.
final class OneReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
  private static final int READ_BYTES = 64 << 10;
  private static final ByteBuf BUFFER = Unpooled.directBuffer(READ_BYTES, READ_BYTES);

  @SuppressWarnings("deprecation") // the interface that channels ask for is the deprecated one
  @Override
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return READ_BYTES;
      }

      @Override
      public ByteBuf allocate(ByteBufAllocator ignored) {
        return BUFFER.clear().retain();
      }
    };
  }
}
