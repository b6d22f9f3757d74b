package dev.gimlet.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A Redis, or a cluster of them, as far as connecting goes. Thread-safe.
interface RedisServer {

  /// A connection for commands, and the face of it that both kinds of servers have.
  record ForCommands(
      StatefulConnection<String, byte[]> connection,
      RedisClusterAsyncCommands<String, byte[]> commands) {}

  /// Connects for commands.
  CompletionStage<ForCommands> connect();

  /// Connects for channels.
  CompletionStage<Channels> connectChannels(Channels.Receiver receiver);

  /// Runs when the connection is lost, also when it already is.
  void whenLost(StatefulConnection<String, byte[]> connection, Runnable action);

  /// Whether channels are those of one shard, which Redis 7 clusters have.
  boolean isSharded();

  /// Ends all connections and threads.
  CompletableFuture<Void> shutdown();
}
