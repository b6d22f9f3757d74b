package dev.gimlet.benchmarks.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command behind `benchmarks/fan-out`: two nodes through Redis beside one.
///
/// Each row has processes of its own. Latency is measured with 20 publications a second, throughput
/// with 16 under way.
@Command(
    name = "benchmarks/fan-out",
    mixinStandardHelpOptions = true,
    description = "Measures how a publication reaches members on one node and on two.")
public final class FanOut implements Callable<Integer> {

  private static final int HISTORY = 1_000;
  private static final int UNDER_WAY = 16;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final double NANOS_IN_MILLI = 1e6;
  private static final double NANOS_IN_SECOND = 1e9;
  private static final Duration READY = Duration.ofSeconds(30);

  @Option(names = "--members", defaultValue = "200", description = "default ${DEFAULT-VALUE}")
  private int members;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "of each measurement, default ${DEFAULT-VALUE}")
  private double seconds;

  /// A row of the table.
  private record Row(String title, int nodes, boolean hasRedis, int history) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("one node alone", 1, false, 0),
          new Row("one node through Redis", 1, true, 0),
          new Row("two nodes through Redis", 2, true, 0),
          new Row("one node alone, with history", 1, false, HISTORY),
          new Row("one node through Redis, with history", 1, true, HISTORY),
          new Row("two nodes through Redis, with history", 2, true, HISTORY));

  /// Runs the command.
  public static void main(String[] args) {
    Runtime.getRuntime().addShutdownHook(new Thread(FanOut::endChildren));
    System.exit(run(args));
  }

  private static void endChildren() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }

  static int run(String... args) {
    return new CommandLine(new FanOut()).execute(args);
  }

  @Override
  public Integer call() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%d members, payload 128 B, %d cores%n%n",
        members,
        Runtime.getRuntime().availableProcessors());
    System.out.println(
        "| | p50 ms | p99 ms | publications/s | deliveries/s | nodes' CPU µs/delivery"
            + " | Redis' CPU µs/publication |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (Row row : ROWS) {
      System.out.println(measure(row));
    }
    return 0;
  }

  private String measure(Row row) throws Exception {
    List<Node> nodes = new ArrayList<>();
    try {
      List<Node> redis = row.hasRedis() ? List.of(startRedis()) : List.of();
      nodes.addAll(redis);
      List<String> address = redis.stream().map(it -> "redis://127.0.0.1:" + it.port()).toList();
      for (int i = 0; i < row.nodes(); i++) {
        nodes.add(Node.start(row.history(), address));
      }
      List<Node> servers = nodes.subList(redis.size(), nodes.size());
      for (Node server : servers) {
        awaitReady(server);
      }
      try (Members all = Members.join(servers, members)) {
        return "| " + row.title() + measure(all, servers, redis);
      }
    } finally {
      nodes.forEach(Node::close);
    }
  }

  private String measure(Members all, List<Node> servers, List<Node> redis) {
    awaitJoined(all);
    run(all, UNDER_WAY, seconds / 2); // warms up
    long[] nanos = latencies(all);
    Duration serversBefore = cpu(servers);
    Duration redisBefore = cpu(redis);
    long deliveriesBefore = all.deliveries();
    long begin = System.nanoTime();
    long publications = run(all, UNDER_WAY, seconds);
    double took = (System.nanoTime() - begin) / NANOS_IN_SECOND;
    long delivered = all.deliveries() - deliveriesBefore;
    String redisCpu =
        redis.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT, "%.1f", micros(cpu(redis).minus(redisBefore)) / publications);
    return String.format(
        Locale.ROOT,
        " | %.2f | %.2f | %,.0f | %,.0f | %.2f | %s |",
        nanos[nanos.length / 2] / NANOS_IN_MILLI,
        nanos[nanos.length * 99 / 100] / NANOS_IN_MILLI,
        publications / took,
        delivered / took,
        micros(cpu(servers).minus(serversBefore)) / delivered,
        redisCpu);
  }

  /// Joining has no answer: publishes until everybody gets it.
  private static void awaitJoined(Members all) {
    boolean isEverybodyThere = false;
    while (!isEverybodyThere) {
      var publication = all.publish();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      while (!publication.isDone() && System.nanoTime() < end) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
      isEverybodyThere = publication.isDone();
    }
  }

  /// Keeps so many publications under way; gives how many there were.
  private static long run(Members all, int underWay, double seconds) {
    long end = System.nanoTime() + (long) (seconds * NANOS_IN_SECOND);
    List<Thread> publishers = new ArrayList<>();
    var count = new LongAdder();
    for (int i = 0; i < underWay; i++) {
      publishers.add(
          Thread.startVirtualThread(() -> {
            while (System.nanoTime() < end) {
              all.publish().join();
              count.increment();
            }
          }));
    }
    for (Thread publisher : publishers) {
      join(publisher);
    }
    return count.sum();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private long[] latencies(Members all) {
    List<long[]> parts = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * NANOS_IN_SECOND);
    while (System.nanoTime() < end) {
      parts.add(all.publish().join());
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    long[] nanos = parts.stream().flatMapToLong(Arrays::stream).toArray();
    Arrays.sort(nanos);
    return nanos;
  }

  private static Duration cpu(List<Node> nodes) {
    return nodes.stream().map(Node::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  private static double micros(Duration time) {
    return time.toNanos() / 1e3;
  }

  private static Node startRedis() throws IOException {
    int port = freePort();
    Process process =
        new ProcessBuilder(
                "redis-server",
                "--port",
                "" + port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                Path.of(System.getProperty("java.io.tmpdir")).toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Node(process, port);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitReady(Node node) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + node.port() + "/ready");
    long end = System.nanoTime() + READY.toNanos();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(address).build();
      while (http.send(request, BodyHandlers.discarding()).statusCode() != 200) {
        if (System.nanoTime() > end) {
          throw new IOException("a node did not find Redis");
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
