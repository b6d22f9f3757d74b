package dev.gimlet.benchmarks.load;

import io.netty.channel.ChannelHandler;

/// Work for connections that are open.
interface Load {

  /// The handler of one more connection; called on the event loop.
  ChannelHandler connection();

  /// Sends the first messages; called on the event loop when all connections are open.
  void start();

  /// How many messages have come back so far; any thread may ask.
  long messages();
}
