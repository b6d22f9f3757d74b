package dev.gimlet.benchmarks.load;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// The command that puts one load on one server and prints what it measured as one line of JSON.
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

  @Option(names = "--kind", defaultValue = "ECHO", description = "${COMPLETION-CANDIDATES}")
  private Kind kind = Kind.ECHO;

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(names = "--warmup", defaultValue = "3", description = "seconds before the measured ones")
  private double warmupSeconds;

  @Option(names = "--seconds", defaultValue = "5", description = "seconds that are measured")
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
    try (Clients clients = new Clients(options)) {
      switch (kind) {
        case ECHO -> measure(clients, new EchoLoad(options, clients));
        case BROADCAST -> measure(clients, new BroadcastLoad(options, clients));
        case STALLED -> time(clients, new StalledLoad(options, clients));
        case IDLE -> hold(clients, new IdleLoad(clients));
      }
    }
    return 0;
  }

  private void measure(Clients clients, Load load) throws Exception {
    clients.connect(load::connection);
    clients.onLoop(load::start);
    clients.runFor(warmupSeconds);
    Usage before = Usage.now(load.messages(), serverPid);
    clients.runFor(seconds);
    Usage after = Usage.now(load.messages(), serverPid);
    print(Measurement.between(before, after, options.payloadBytes()));
  }

  private void time(Clients clients, StalledLoad load) throws Exception {
    clients.connect(load::connection);
    clients.onLoop(load::start);
    clients.runFor(warmupSeconds);
    clients.onLoop(load::forget);
    clients.runFor(seconds);
    clients.onLoop(load::stop);
    print(load.deliveryTime());
  }

  private void hold(Clients clients, IdleLoad load) throws Exception {
    clients.connect(load::connection);
    print(new IdleLoad.State(load.open()));
    while (System.in.read() >= 0) { // whoever started this closes it when he has seen enough
      clients.check();
    }
    clients.check();
    print(new IdleLoad.State(load.open()));
  }

  private static void print(Object result) {
    System.out.println(JsonMapper.shared().writeValueAsString(result));
    System.out.flush();
  }
}
