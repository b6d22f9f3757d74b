package dev.gimlet.benchmarks.load;

import io.netty.buffer.ByteBuf;

/// Counts the messages in what one connection receives. Owned by the event loop.
interface MessageCounter {

  /// Takes all readable bytes and answers how many messages they completed.
  ///
  /// @throws IllegalStateException when they are not what was expected
  int count(ByteBuf in);
}
