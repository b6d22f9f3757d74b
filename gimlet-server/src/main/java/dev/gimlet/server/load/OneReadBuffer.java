package dev.gimlet.server.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/// Reads into one and the same buffer of its event loop, for handlers that are done with it when
/// they return.
///
/// Owned by the event loop.
final class OneReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {

  private static final FastThreadLocal<ByteBuf> BUFFER =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
          return Unpooled.directBuffer(LoadTransport.READ_BYTES, LoadTransport.READ_BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf buffer) {
          buffer.release();
        }
      };

  @SuppressWarnings("deprecation") // the interface that channels ask for is the deprecated one
  @Override
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return LoadTransport.READ_BYTES;
      }

      @Override
      public ByteBuf allocate(ByteBufAllocator ignored) {
        return BUFFER.get().clear().retain();
      }
    };
  }
}
