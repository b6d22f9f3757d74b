package dev.gimlet.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/// A Redis, or a cluster of them, as far as connecting goes. Thread-safe.
interface RedisServer {

  /// A connection for commands, and the face of it that both kinds of servers have.
  record ForCommands(
      StatefulConnection<String, byte[]> connection,
      RedisClusterAsyncCommands<String, byte[]> commands) {}

  /// A connection that channels are subscribed on.
  record ForChannels(StatefulRedisPubSubConnection<String, byte[]> connection, boolean isSharded) {

    CompletionStage<Void> subscribe(String... channels) {
      return isSharded
          ? connection.async().ssubscribe(channels)
          : connection.async().subscribe(channels);
    }

    CompletionStage<Void> unsubscribe(String... channels) {
      return isSharded
          ? connection.async().sunsubscribe(channels)
          : connection.async().unsubscribe(channels);
    }
  }

  /// Connects for commands.
  CompletionStage<ForCommands> connect();

  /// Connects for channels; what arrives on them goes to the receiver, in order.
  CompletionStage<ForChannels> connectChannels(BiConsumer<String, byte[]> receiver);

  /// Runs when the connection is lost, also when it already is.
  void whenLost(StatefulConnection<String, byte[]> connection, Runnable action);

  /// Ends a connection, which may have ended already.
  static void end(StatefulConnection<String, byte[]> connection) {
    if (connection.isOpen()) {
      connection.closeAsync();
    }
  }

  /// Whether channels are those of one shard, which Redis 7 clusters have.
  boolean isSharded();

  /// Ends all connections and threads.
  CompletableFuture<Void> shutdown();
}
