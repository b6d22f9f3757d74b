package dev.gimlet.transport;

import dev.gimlet.websocket.WebSocketConnection;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/// An allocator that has so many buffers to give, and then none. Owned by one event loop.
public final class ScarceMemory extends AbstractByteBufAllocator {

  private int left;

  ScarceMemory(int buffers) {
    super(true);
    left = buffers;
  }

  /// From now on this connection gets so many buffers.
  public static void of(WebSocketConnection connection, int buffers) {
    var channel = ((NettyWebSocketConnection) connection).channel();
    channel.config().setAllocator(new ScarceMemory(buffers));
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    take();
    return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    take();
    return UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
  }

  private void take() {
    if (left == 0) {
      throw new OutOfMemoryError("no buffers left");
    }
    left--;
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }
}
