package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Where the bytes of one connection are read to.
///
/// HTTP gets a small buffer for each read, which its parser may keep; a WebSocket reads into the
/// large one that its [HomeLoop] lends to all its connections in turn. There is one read per turn
/// of the loop, so that nobody who sends much keeps the others waiting. Owned by its event loop.
final class ReadBuffers implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {

  private static final int HTTP_BYTES = 4 << 10;

  private @Nullable HomeLoop lender; // null while HTTP is spoken
  private int attempted;
  private int read;

  /// From now on reads go into the loop's buffer.
  void borrowFrom(HomeLoop home) {
    lender = home;
  }

  @SuppressWarnings("deprecation") // what channels ask for
  @Override
  public Handle newHandle() {
    return this;
  }

  @Override
  public int guess() {
    return lender == null ? HTTP_BYTES : HomeLoop.READ_BYTES;
  }

  @Override
  public ByteBuf allocate(ByteBufAllocator allocator) {
    return lender == null ? allocator.ioBuffer(HTTP_BYTES) : lender.readBuffer(() -> allocator);
  }

  @Override
  public void reset(ChannelConfig config) {
    attempted = 0;
    read = 0;
  }

  @Override
  public void attemptedBytesRead(int bytes) {
    attempted = bytes;
  }

  @Override
  public int attemptedBytesRead() {
    return attempted;
  }

  @Override
  public void lastBytesRead(int bytes) {
    read = bytes;
  }

  @Override
  public int lastBytesRead() {
    return read;
  }

  @Override
  public boolean continueReading() {
    return false;
  }

  @Override
  public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
    return false;
  }

  @Override
  public void incMessagesRead(int messages) {}

  @Override
  public void readComplete() {}
}
