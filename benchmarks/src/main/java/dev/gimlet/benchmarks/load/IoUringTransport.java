package dev.gimlet.benchmarks.load;

import dev.gimlet.server.load.LoadTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.uring.IoUringBufferRingAllocator;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringSocketChannel;

/// Completions: reads into shared buffers without a call for each, writes in batches. Immutable.
final class IoUringTransport implements LoadTransport {
  private static final short READ_BUFFERS = 0; // the one group of buffers of the ring
  private static final short READ_BUFFER_COUNT = 256;
  private static final int READ_BUFFER_BYTES = 32 << 10;

  // The pooled allocator: the default one is three times as slow with buffers of this size.
  private static final IoUringBufferRingAllocator READ_BUFFER_ALLOCATOR =
      new IoUringFixedBufferRingAllocator(PooledByteBufAllocator.DEFAULT, READ_BUFFER_BYTES);

  @Override
  public IoHandlerFactory handlers() {
    return IoUringIoHandler.newFactory(ring());
  }

  /// All connections read into the same few buffers.
  private static IoUringIoHandlerConfig ring() {
    return new IoUringIoHandlerConfig()
        .setBufferRingConfig(
            IoUringBufferRingConfig.builder()
                .bufferGroupId(READ_BUFFERS)
                .bufferRingSize(READ_BUFFER_COUNT)
                .batchSize(READ_BUFFER_COUNT / 2)
                .allocator(READ_BUFFER_ALLOCATOR)
                .build());
  }

  @Override
  public void prepare(Bootstrap bootstrap, boolean isTls) {
    bootstrap
        .channel(IoUringSocketChannel.class)
        .option(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, READ_BUFFERS);
  }
}
