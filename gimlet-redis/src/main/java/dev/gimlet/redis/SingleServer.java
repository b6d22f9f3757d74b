package dev.gimlet.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// One Redis, or the one that Sentinel names at each attempt to connect. Immutable.
final class SingleServer implements RedisServer {

  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final ClientResources resources;
  private final RedisClient client;
  private final RedisURI uri;

  SingleServer(RedisOptions options) {
    resources = LettuceSettings.resources();
    uri = options.servers().getFirst();
    uri.setTimeout(options.commandTimeout());
    client = RedisClient.create(resources);
    client.setOptions(
        LettuceSettings.apply(options, ClientOptions.builder()).autoReconnect(false).build());
  }

  @Override
  public CompletionStage<ForCommands> connect() {
    return client
        .connectAsync(CODEC, uri)
        .thenApply(connection -> new ForCommands(connection, connection.async()));
  }

  @Override
  public CompletionStage<Channels> connectChannels(Channels.Receiver receiver) {
    return client
        .connectPubSubAsync(CODEC, uri)
        .thenApply(connection -> SingleChannels.on(connection, receiver));
  }

  @Override
  public void whenLost(StatefulConnection<String, byte[]> connection, Runnable action) {
    SingleChannels.whenLost(connection, action);
  }

  @Override
  public boolean isSharded() {
    return false;
  }

  @Override
  public CompletableFuture<Void> shutdown() {
    return client
        .shutdownAsync(0, 1, TimeUnit.SECONDS)
        .whenComplete((_, _) -> resources.shutdown(0, 1, TimeUnit.SECONDS));
  }
}
