package dev.gimlet.server.load;

import io.netty.buffer.ByteBuf;

/// What connections send, and how they recognise what comes back. Owned by the event loop.
public interface Messages {

  /// A buffer with that many frames of one connection, to be written now.
  ///
  /// `intendedNanos` is the time at which they were meant to leave.
  ByteBuf frames(int connection, int count, long intendedNanos);

  /// Checks and counts what one connection receives.
  MessageCounter counter(int connection);

  /// Frees what belongs to it; nothing is sent any more.
  void release();
}
