package dev.gimlet.benchmarks.load;

import dev.gimlet.server.load.Load;
import dev.gimlet.server.load.LoadConnection;

/// Connections that say nothing, except that they answer pings. Immutable.
final class IdleLoad implements Load {

  /// What the process reports: how many connections are open.
  record State(int open) {}

  @Override
  public void onOpen(LoadConnection connection) {}

  @Override
  public void onMessages(LoadConnection connection, int count) {}

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public long messages() {
    return 0;
  }
}
