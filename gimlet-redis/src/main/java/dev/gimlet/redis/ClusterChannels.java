package dev.gimlet.redis;

import dev.gimlet.spi.BrokerException;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Channels of a cluster: each is subscribed at the master of its slot.
///
/// When the connection to one master is lost, all of it is: where its channels are now is found out
/// by connecting again. Of one that has only moved, the lane is told.
///
/// Thread-safe: concurrent sets, and a future for the loss.
final class ClusterChannels implements Channels {

  private final StatefulRedisClusterPubSubConnection<String, byte[]> cluster;
  private final boolean isSharded;
  private final Supplier<CompletionStage<Void>> topology; // finds out again where slots are
  private final Receiver receiver;
  private final Set<StatefulRedisPubSubConnection<String, byte[]>> masters =
      ConcurrentHashMap.newKeySet();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> lost = new CompletableFuture<>();

  ClusterChannels(
      StatefulRedisClusterPubSubConnection<String, byte[]> cluster,
      boolean isSharded,
      Supplier<CompletionStage<Void>> topology,
      Receiver receiver) {
    this.cluster = cluster;
    this.isSharded = isSharded;
    this.topology = topology;
    this.receiver = receiver;
  }

  @Override
  public CompletionStage<Void> subscribe(String... channels) {
    wanted.addAll(Arrays.asList(channels));
    Map<Integer, List<String>> bySlot = new HashMap<>();
    for (String channel : channels) {
      bySlot.merge(SlotHash.getSlot(channel), List.of(channel), ClusterChannels::joined);
    }
    return all(bySlot.entrySet().stream().map(slot -> subscribe(slot.getKey(), slot.getValue())));
  }

  private static List<String> joined(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  /// Redis takes only channels of one slot in one SSUBSCRIBE.
  private CompletionStage<Void> subscribe(int slot, List<String> channels) {
    String[] names = channels.toArray(String[]::new);
    return master(slot)
        .thenCompose(
            commands -> isSharded ? commands.ssubscribe(names) : commands.subscribe(names));
  }

  @Override
  public CompletionStage<Void> unsubscribe(String channel) {
    wanted.remove(channel);
    return master(SlotHash.getSlot(channel))
        .thenCompose(
            commands -> isSharded ? commands.sunsubscribe(channel) : commands.unsubscribe(channel));
  }

  private CompletableFuture<RedisPubSubAsyncCommands<String, byte[]>> master(int slot) {
    @Nullable RedisClusterNode node = cluster.getPartitions().getPartitionBySlot(slot);
    if (node == null) {
      return CompletableFuture.failedFuture(
          new BrokerException("no master of the cluster has slot " + slot));
    }
    return cluster.getConnectionAsync(node.getNodeId()).thenApply(this::listeningTo);
  }

  private RedisPubSubAsyncCommands<String, byte[]> listeningTo(
      StatefulRedisPubSubConnection<String, byte[]> master) {
    if (masters.add(master)) {
      master.addListener(new Listener());
      SingleChannels.whenLost(master, () -> lost.complete(null));
    }
    return master.async();
  }

  @Override
  public CompletionStage<Void> ping() {
    return all(masters.stream().map(it -> it.async().ping()));
  }

  private static CompletionStage<Void> all(Stream<? extends CompletionStage<?>> stages) {
    return CompletableFuture.allOf(
        stages.map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
  }

  @Override
  public void whenLost(Runnable action) {
    lost.thenRun(action);
  }

  @Override
  public void close() {
    cluster.closeAsync();
  }

  private final class Listener extends RedisPubSubAdapter<String, byte[]> {

    @Override
    public void message(String channel, byte[] message) {
      receiver.receive(channel, message);
    }

    @Override
    public void smessage(String channel, byte[] message) {
      receiver.receive(channel, message);
    }

    @Override
    public void sunsubscribed(String channel, long count) {
      if (wanted.contains(channel)) {
        topology.get().whenComplete((_, _) -> receiver.dropped(channel));
      }
    }
  }
}
