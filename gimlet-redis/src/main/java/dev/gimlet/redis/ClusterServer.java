package dev.gimlet.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.RedisClusterPubSubAdapter;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Redis cluster. Thread-safe: one volatile field.
///
/// Lettuce follows its topology and connects to its nodes again by itself; probes and position
/// checks find what gets lost in between.
final class ClusterServer implements RedisServer {

  private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(10);
  private static final Pattern VERSION = Pattern.compile("redis_version:(\\d+)");
  private static final int FIRST_WITH_SHARDED_CHANNELS = 7;

  private final ClientResources resources;
  private final RedisClusterClient client;
  private volatile boolean isSharded; // known once connected

  ClusterServer(RedisOptions options) {
    resources = LettuceSettings.resources();
    options.servers().forEach(uri -> uri.setTimeout(options.commandTimeout()));
    client = RedisClusterClient.create(resources, options.servers());
    client.setOptions(
        LettuceSettings.apply(options, ClusterClientOptions.builder())
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                    .build())
            .build());
  }

  @Override
  public CompletionStage<ForCommands> connect() {
    return client
        .connectAsync(SingleServer.CODEC)
        .thenCompose(connection ->
            connection
                .async()
                .info("server")
                .thenApply(info -> {
                  isSharded = hasShardedChannels(info);
                  return new ForCommands(connection, connection.async());
                })
                .whenComplete((_, failure) -> {
                  if (failure != null) {
                    connection.closeAsync();
                  }
                }));
  }

  static boolean hasShardedChannels(String info) {
    Matcher version = VERSION.matcher(info);
    return version.find() && Integer.parseInt(version.group(1)) >= FIRST_WITH_SHARDED_CHANNELS;
  }

  @Override
  public CompletionStage<ForChannels> connectChannels(BiConsumer<String, byte[]> receiver) {
    return client
        .connectPubSubAsync(SingleServer.CODEC)
        .thenCompose(connection ->
            connection
                .async()
                .info("server")
                .thenApply(info -> {
                  connection.setNodeMessagePropagation(true);
                  connection.addListener(new Receiver(receiver));
                  return new ForChannels(connection, hasShardedChannels(info));
                })
                .whenComplete((_, failure) -> {
                  if (failure != null) {
                    connection.closeAsync();
                  }
                }));
  }

  @Override
  public void whenLost(StatefulConnection<String, byte[]> connection, Runnable action) {
    // A connection to a cluster is many: those to single nodes come and go.
  }

  @Override
  public boolean isSharded() {
    return isSharded;
  }

  @Override
  public CompletableFuture<Void> shutdown() {
    return client
        .shutdownAsync(0, 1, TimeUnit.SECONDS)
        .whenComplete((_, _) -> resources.shutdown(0, 1, TimeUnit.SECONDS));
  }

  private static final class Receiver extends RedisClusterPubSubAdapter<String, byte[]> {

    private final BiConsumer<String, byte[]> receiver;

    Receiver(BiConsumer<String, byte[]> receiver) {
      this.receiver = receiver;
    }

    @Override
    public void message(RedisClusterNode node, String channel, byte[] message) {
      receiver.accept(channel, message);
    }

    @Override
    public void smessage(RedisClusterNode node, String channel, byte[] message) {
      receiver.accept(channel, message);
    }
  }
}
