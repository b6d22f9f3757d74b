package dev.gimlet.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletionStage;

/// One connection for all channels. Immutable.
record SingleChannels(StatefulRedisPubSubConnection<String, byte[]> connection)
    implements Channels {

  /// Takes the connection over.
  static SingleChannels on(
      StatefulRedisPubSubConnection<String, byte[]> connection, Receiver receiver) {
    connection.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String channel, byte[] message) {
            receiver.receive(channel, message);
          }
        });
    return new SingleChannels(connection);
  }

  @Override
  public CompletionStage<Void> subscribe(String... channels) {
    return connection.async().subscribe(channels);
  }

  @Override
  public CompletionStage<Void> unsubscribe(String channel) {
    return connection.async().unsubscribe(channel);
  }

  @Override
  public CompletionStage<Void> ping() {
    return connection.async().ping().thenAccept(_ -> {});
  }

  @Override
  public void whenLost(Runnable action) {
    whenLost(connection, action);
  }

  /// Runs when any connection is lost, also when it already is.
  static void whenLost(StatefulConnection<String, byte[]> connection, Runnable action) {
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
            action.run();
          }
        });
    if (!connection.isOpen()) {
      action.run();
    }
  }

  @Override
  public void close() {
    connection.closeAsync();
  }
}
