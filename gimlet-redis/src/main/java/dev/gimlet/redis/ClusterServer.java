package dev.gimlet.redis;

import dev.gimlet.spi.BrokerException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Redis cluster. Thread-safe: one volatile field, and a lock for the topology.
///
/// Lettuce connects to its nodes again by itself. Which master has which slots is found out every
/// 10 seconds, whenever a connection for channels is made, and when a channel has moved.
final class ClusterServer implements RedisServer {

  private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(10);
  private static final Pattern VERSION = Pattern.compile("redis_version:(\\d+)");
  private static final int FIRST_WITH_SHARDED_CHANNELS = 7;

  private final ClientResources resources;
  private final RedisClusterClient client;
  private volatile boolean isSharded; // known once connected

  private CompletableFuture<Void> refresh =
      CompletableFuture.completedFuture(null); // with the lock
  private boolean isClosed; // with the lock

  ClusterServer(RedisOptions options) {
    resources = LettuceSettings.resources();
    options.servers().forEach(uri -> uri.setTimeout(options.commandTimeout()));
    client = RedisClusterClient.create(resources, options.servers());
    client.setOptions(
        LettuceSettings.apply(options, ClusterClientOptions.builder())
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                    .disableAllAdaptiveRefreshTriggers() // we do that when we connect
                    .build())
            .build());
  }

  @Override
  public CompletionStage<ForCommands> connect() {
    return topology()
        .thenCompose(_ -> client.connectAsync(SingleServer.CODEC))
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
  public CompletionStage<Channels> connectChannels(Channels.Receiver receiver) {
    return topology()
        .thenCompose(_ -> client.connectPubSubAsync(SingleServer.CODEC))
        .thenCompose(connection ->
            connection
                .async()
                .info("server")
                .<Channels>thenApply(info ->
                    new ClusterChannels(
                        connection, hasShardedChannels(info), this::topology, receiver))
                .whenComplete((_, failure) -> {
                  if (failure != null) {
                    connection.closeAsync();
                  }
                }));
  }

  /// Finds out again which master has which slots; Lettuce does not connect without. Who asks while
  /// that is under way gets the same answer.
  private synchronized CompletionStage<Void> topology() {
    if (isClosed) {
      return CompletableFuture.failedFuture(new BrokerException("the broker is closed"));
    }
    if (refresh.isDone()) {
      refresh = client.refreshPartitionsAsync().toCompletableFuture();
    }
    return refresh;
  }

  @Override
  public void whenLost(StatefulConnection<String, byte[]> connection, Runnable action) {
    // A connection to a cluster is many: those to single nodes come and go.
  }

  @Override
  public boolean isSharded() {
    return isSharded;
  }

  /// A refresh that is under way ends first: it would connect to servers meanwhile.
  @Override
  public synchronized CompletableFuture<Void> shutdown() {
    isClosed = true;
    return refresh
        .handle((_, _) -> client.shutdownAsync(0, 1, TimeUnit.SECONDS))
        .thenCompose(done -> done)
        .whenComplete((_, _) -> resources.shutdown(0, 1, TimeUnit.SECONDS));
  }
}
