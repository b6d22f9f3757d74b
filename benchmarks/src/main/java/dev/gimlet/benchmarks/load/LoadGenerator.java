package dev.gimlet.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.server.load.BroadcastLoad;
import dev.gimlet.server.load.Clients;
import dev.gimlet.server.load.EchoLoad;
import dev.gimlet.server.load.Load;
import dev.gimlet.server.load.PacedLoad;
import dev.gimlet.server.load.StampedMessages;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// The command that puts one load on one server and prints what it measured as lines of JSON.
///
/// An echo or a broadcast works when it is told to: for as many seconds as a line of standard input
/// says, until that ends. In between the server has nothing to do, so that another can be measured
/// on the same core.
///
/// Any reply that differs from what was sent ends it with a message and exit code 1.
@Command(name = "load", sortOptions = false, usageHelpAutoWidth = true)
public final class LoadGenerator implements Callable<Integer> {

  /// What to do with the connections.
  enum Kind {
    /// Every connection has messages in flight, which the server returns.
    ECHO,
    /// One connection publishes, the server sends to all of them.
    BROADCAST,
    /// One connection publishes at a fixed rate, and some of the others do not read.
    STALLED,
    /// Connections are opened and kept until standard input ends.
    IDLE
  }

  private static final int PUBLICATIONS_PER_SECOND = 20;
  private static final double GETTING_GOING_SECONDS = 0.2;
  private static final double QUIET_SECONDS = 0.1;
  private static final Duration ENOUGH_TO_END = Duration.ofSeconds(5);

  @Option(names = "--kind", defaultValue = "ECHO", description = "${COMPLETION-CANDIDATES}")
  private Kind kind = Kind.ECHO;

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--warmup",
      defaultValue = "3",
      description = "of slow members: seconds before the measured ones")
  private double warmupSeconds;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "of slow members: seconds that are measured")
  private double seconds;

  @Option(names = "--server-pid", description = "process whose CPU time is measured as well")
  private Optional<Long> serverPid = Optional.empty();

  private LoadGenerator() {}

  /// Runs the command.
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new LoadGenerator())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((failure, _, _) -> {
              System.err.println("load: " + failure);
              return 1;
            })
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (Clients clients = new Clients(options.target(), options.transport())) {
      int members = options.crowd().connections();
      switch (kind) {
        case ECHO -> takeTurns(clients, new EchoLoad(options.inFlight(), members));
        case BROADCAST ->
            takeTurns(
                clients, new BroadcastLoad(options.inFlight(), options.publishers(), members));
        case STALLED ->
            time(clients, new PacedLoad(clients, PUBLICATIONS_PER_SECOND, 1, Long.MAX_VALUE));
        case IDLE -> hold(clients, new IdleLoad());
      }
    }
    return 0;
  }

  private void takeTurns(Clients clients, Load load) throws Exception {
    clients.connect(options.crowd(), load, options.messages(options.inFlight()));
    BufferedReader turns = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String turn = turns.readLine(); turn != null; turn = turns.readLine()) {
      print(measure(clients, load, Double.parseDouble(turn)));
    }
  }

  private Measurement measure(Clients clients, Load load, double time) throws Exception {
    clients.onLoop(load::start);
    run(clients, GETTING_GOING_SECONDS);
    Usage before = Usage.now(load.messages(), serverPid);
    run(clients, time);
    Usage after = Usage.now(load.messages(), serverPid);
    clients.onLoop(load::stop);
    awaitQuiet(clients, load);
    return Measurement.between(before, after, options.payloadBytes());
  }

  /// Waits until what was under way has come back.
  private static void awaitQuiet(Clients clients, Load load) throws InterruptedException {
    long before;
    do {
      before = load.messages();
      run(clients, QUIET_SECONDS);
    } while (load.messages() > before);
  }

  private void time(Clients clients, Load load) throws Exception {
    StampedMessages messages =
        new StampedMessages(
            StampedMessages.Receivers.OTHERS,
            options.crowd().connections(),
            options.payloadBytes());
    clients.connect(options.crowd(), load, messages);
    clients.onLoop(load::start);
    run(clients, warmupSeconds);
    clients.onLoop(messages::forgetLatency);
    run(clients, seconds);
    clients.onLoop(load::stop);
    int ended = clients.stalledEnds(ENOUGH_TO_END).values().stream().mapToInt(each -> each).sum();
    clients.onLoop(() -> print(DeliveryTime.of(messages.latency(), ended)));
  }

  private void hold(Clients clients, Load load) throws Exception {
    clients.connect(options.crowd(), load, options.messages(1));
    print(new IdleLoad.State(clients.open()));
    while (System.in.read() >= 0) { // whoever started this closes it when he has seen enough
      clients.check();
    }
    clients.check();
    print(new IdleLoad.State(clients.open()));
  }

  /// Ends at once, with what went wrong, when a connection fails.
  private static void run(Clients clients, double time) throws InterruptedException {
    clients.runFor(Duration.ofNanos((long) (time * 1e9)));
    clients.check();
  }

  private static void print(Object result) {
    System.out.println(JsonMapper.shared().writeValueAsString(result));
    System.out.flush();
  }
}
