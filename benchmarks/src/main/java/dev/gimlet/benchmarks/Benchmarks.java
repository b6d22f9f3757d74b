package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.ClientTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command behind `benchmarks/run`: measures by turns and prints the table.
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Measures Gimlet beside its peers, each on one core, and prints the table.")
public final class Benchmarks implements Callable<Integer> {

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "each with new processes, default ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--turns",
      defaultValue = "10",
      description = "of each server in a round, default ${DEFAULT-VALUE}")
  private int turns;

  @Option(
      names = "--seconds",
      defaultValue = "1",
      description = "of a turn, default ${DEFAULT-VALUE}")
  private double seconds;

  @Option(
      names = "--warmup",
      defaultValue = "9",
      description = "seconds, in turns that are not counted, default ${DEFAULT-VALUE}")
  private double warmup;

  @Option(names = "--only", split = ",", paramLabel = "SERVER", description = "only these servers")
  private List<String> only = new ArrayList<>();

  @Option(names = "--case", split = ",", paramLabel = "CASE", description = "only these cases")
  private List<String> cases = new ArrayList<>();

  @Option(
      names = "--quick",
      description = "one turn of a second, few connections: does everything work?")
  private boolean quick;

  @Option(
      names = "--server-core",
      defaultValue = "0",
      description = "core of the servers, default ${DEFAULT-VALUE}")
  private int serverCore;

  @Option(
      names = "--generator-core",
      defaultValue = "1",
      description = "core of the load generator, default ${DEFAULT-VALUE}")
  private int generatorCore;

  @Option(
      names = "--transport",
      defaultValue = "AUTO",
      description =
          "of the load generator, EPOLL or IO_URING, default the cheaper one that is there")
  private ClientTransport transport = ClientTransport.AUTO;

  @Option(names = "--list", description = "print the names of servers and cases, and end")
  private boolean list;

  @Option(names = "--save", description = "put the table into docs/performance.md")
  private boolean save;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Path home;

  Benchmarks(Path home) {
    this.home = home;
  }

  /// Runs the command; the folder `benchmarks` is the working directory.
  public static void main(String[] args) {
    // A run that is broken off leaves no server behind.
    Runtime.getRuntime().addShutdownHook(new Thread(Benchmarks::endChildren));
    System.exit(run(Path.of("").toAbsolutePath(), args));
  }

  private static void endChildren() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }

  static int run(Path home, String... args) {
    return new CommandLine(new Benchmarks(home)).execute(args);
  }

  @Override
  public Integer call() throws IOException {
    Peers all = new Peers(home);
    if (list) {
      printNames(all);
      return 0;
    }
    Conditions conditions =
        new Conditions(
            quick ? 1 : rounds,
            quick ? 1 : turns,
            quick ? Math.min(warmup, 1) : warmup,
            quick ? Math.min(seconds, 1) : seconds,
            serverCore,
            generatorCore,
            transport.here());
    List<Peer> peers = chosen(only, all.available(), Peer::name);
    List<Case> chosenCases = chosen(cases, Case.all(quick), Case::label);
    Bench bench = new Bench(conditions, new Generator(conditions), home.resolve("target/logs"));
    Results results = new Rounds(bench, peers, chosenCases, System.err).run(conditions.rounds());
    print(conditions.markdown(all.missing()) + new Report(results, peers, chosenCases).markdown());
    return results.hasFailures() ? 1 : 0;
  }

  private void print(String report) throws IOException {
    System.out.println(report);
    Files.createDirectories(home.resolve("target"));
    Files.writeString(home.resolve("target/report.md"), report);
    if (save) {
      SavedTable.put(report, home.resolveSibling("docs").resolve("performance.md"));
    }
  }

  private static void printNames(Peers all) {
    System.out.println("servers: " + names(all.available(), Peer::name));
    System.out.println("cases:   " + names(Case.all(false), Case::label));
    all.missing().forEach(each -> System.out.println("not here: " + each));
  }

  private <T> List<T> chosen(List<String> wanted, List<T> all, Name<T> name) {
    for (String each : wanted) {
      if (all.stream().noneMatch(one -> name.of(one).equals(each))) {
        throw new ParameterException(
            spec.commandLine(), "no \"" + each + "\" here; there are " + names(all, name));
      }
    }
    return all.stream().filter(one -> wanted.isEmpty() || wanted.contains(name.of(one))).toList();
  }

  /// How a thing is named on the command line.
  private interface Name<T> {
    String of(T thing);
  }

  private static <T> String names(List<T> all, Name<T> name) {
    return String.join(", ", all.stream().map(name::of).toList());
  }
}
