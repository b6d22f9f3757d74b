package dev.gimlet.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// A Redis Cluster of real processes on this machine: masters, and a replica of the first.
///
/// Needs Redis 7 or newer. Owned by its test's thread.
public final class RedisCluster implements AutoCloseable {

  private static final int SLOTS = 16_384;
  private static final Duration START = Duration.ofSeconds(30);

  private final List<RedisProcess> masters = new ArrayList<>();
  private final List<RedisProcess> replicas = new ArrayList<>();

  private RedisCluster() {}

  /// Starts three masters with a third of the slots each, and a replica of the first.
  public static RedisCluster start() throws IOException {
    var cluster = new RedisCluster();
    try {
      cluster.startAll();
      return cluster;
    } catch (IOException | RuntimeException failed) {
      cluster.close();
      throw failed;
    }
  }

  private void startAll() throws IOException {
    List<Integer> busPorts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int busPort = RedisProcess.freePort();
      busPorts.add(busPort);
      (i < 3 ? masters : replicas).add(startOne(busPort));
    }
    for (int i = 0; i < 3; i++) {
      String first = Integer.toString(SLOTS * i / 3);
      String last = Integer.toString(SLOTS * (i + 1) / 3 - 1);
      masters.get(i).command("CLUSTER", "ADDSLOTSRANGE", first, last);
      masters.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
    }
    List<RedisProcess> all = all();
    for (int i = 1; i < all.size(); i++) {
      String port = Integer.toString(all.get(i).port());
      String bus = Integer.toString(busPorts.get(i));
      masters.getFirst().command("CLUSTER", "MEET", "127.0.0.1", port, bus);
    }
    await("all know each other", () -> all.stream().allMatch(it -> knownNodes(it) == all.size()));
    replicas.getFirst().command("CLUSTER", "REPLICATE", id(masters.getFirst()));
    awaitWhole();
    await("the replica has caught up", () -> hasReplica(masters.getFirst()));
  }

  private static RedisProcess startOne(int busPort) throws IOException {
    return RedisProcess.start(
        "--cluster-enabled", "yes",
        "--cluster-port", Integer.toString(busPort),
        "--cluster-node-timeout", "1000",
        "--cluster-replica-validity-factor", "0",
        "--repl-diskless-sync-delay", "0");
  }

  /// The masters of the start; the first has a replica.
  public List<RedisProcess> masters() {
    return List.copyOf(masters);
  }

  /// The replica of the first master.
  public RedisProcess replica() {
    return replicas.getFirst();
  }

  /// Its address, as brokers take it.
  public String uri() {
    return masters.stream()
        .map(it -> "127.0.0.1:" + it.port())
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }

  /// The master, of those of the start, that a slot belongs to.
  public RedisProcess masterOf(int slot) {
    return masters.get(slot * 3 / SLOTS);
  }

  /// The slot of a key.
  public int slot(String key) throws IOException {
    return Integer.parseInt(masters.getFirst().command("CLUSTER", "KEYSLOT", key));
  }

  /// Moves a slot with its keys from one master to another.
  public void moveSlot(int slot, RedisProcess from, RedisProcess to) throws IOException {
    String number = Integer.toString(slot);
    to.command("CLUSTER", "SETSLOT", number, "IMPORTING", id(from));
    from.command("CLUSTER", "SETSLOT", number, "MIGRATING", id(to));
    String keys = from.command("CLUSTER", "GETKEYSINSLOT", number, "1000");
    for (String key : keys.isEmpty() ? new String[0] : keys.split("\n")) {
      from.command("MIGRATE", "127.0.0.1", Integer.toString(to.port()), key, "0", "5000");
    }
    to.command("CLUSTER", "SETSLOT", number, "NODE", id(to));
    from.command("CLUSTER", "SETSLOT", number, "NODE", id(to));
    for (RedisProcess other : masters) {
      other.command("CLUSTER", "SETSLOT", number, "NODE", id(to));
    }
  }

  /// Waits until every living node says that all slots are served.
  public void awaitWhole() throws IOException {
    await("the cluster is whole", () -> all().stream().allMatch(RedisCluster::isWhole));
  }

  /// Whether this process is a master that serves slots.
  public static boolean isMaster(RedisProcess process) throws IOException {
    return process.command("ROLE").startsWith("master");
  }

  /// All processes, dead or alive.
  public List<RedisProcess> all() {
    var all = new ArrayList<>(masters);
    all.addAll(replicas);
    return all;
  }

  private static boolean isWhole(RedisProcess process) {
    try {
      return process.command("CLUSTER", "INFO").contains("cluster_state:ok");
    } catch (IOException dead) {
      return true;
    }
  }

  private static long knownNodes(RedisProcess process) {
    try {
      return process
          .command("CLUSTER", "NODES")
          .lines()
          .filter(line -> !line.contains("handshake"))
          .count();
    } catch (IOException dead) {
      return 0;
    }
  }

  private static boolean hasReplica(RedisProcess master) {
    try {
      return master.command("INFO", "replication").contains("state=online");
    } catch (IOException dead) {
      return false;
    }
  }

  private static String id(RedisProcess process) throws IOException {
    return process.command("CLUSTER", "MYID");
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(String what, Condition condition) throws IOException {
    long end = System.nanoTime() + START.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new IOException("not within " + START + ": " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Override
  public void close() throws IOException {
    for (RedisProcess each : all()) {
      each.close();
    }
  }
}
