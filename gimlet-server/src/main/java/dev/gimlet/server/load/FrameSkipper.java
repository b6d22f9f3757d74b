package dev.gimlet.server.load;

import io.netty.buffer.ByteBuf;

/// Reads past all messages, up to the close: for connections of which nothing else is of interest.
///
/// Owned by the event loop.
final class FrameSkipper extends FrameReader {

  @Override
  void beginFrame(int kind, boolean isContinuation, long payloadBytes) {}

  @Override
  void take(ByteBuf in, int index, int bytes) {}

  @Override
  int endMessage() {
    return 0;
  }
}
