package dev.gimlet.server.load;

import io.netty.buffer.ByteBuf;

/// Counts messages of a raw connection by their size alone. Owned by the event loop.
final class ByteCounter implements MessageCounter {
  private final int messageBytes;
  private int begun; // bytes of the message that is arriving

  ByteCounter(int messageBytes) {
    this.messageBytes = messageBytes;
  }

  @Override
  public int count(ByteBuf in) {
    int bytes = begun + in.readableBytes();
    in.readerIndex(in.writerIndex());
    begun = bytes % messageBytes;
    return bytes / messageBytes;
  }
}
