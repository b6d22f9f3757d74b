package dev.gimlet.server;

import dev.gimlet.server.bench.Bench;
import dev.gimlet.server.bench.BenchOptions;
import dev.gimlet.server.bench.BenchResult;
import dev.gimlet.server.bench.Expectation;
import dev.gimlet.server.bench.HtmlReport;
import dev.gimlet.server.bench.TextReport;
import dev.gimlet.websocket.GimletException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `gimlet bench`: loads any WebSocket server and measures it.
@Command(
    name = "bench",
    description = {
      "Loads a WebSocket server and measures how it answers. In mode echo each",
      "connection gets its own messages back; in mode room the first one sends,",
      "and all others get it; it begins when they do. With --rate, latency counts from the time at which",
      "a message was meant to leave. It uses one core, and does not compress."
    },
    mixinStandardHelpOptions = true,
    versionProvider = GimletCommand.Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      ExitCode.STOPPED + ":the run is over, and what --assert says holds",
      ExitCode.FAILED + ":no connection, a connection that ended, or an --assert that fails",
      ExitCode.BAD_COMMAND_LINE + ":the command line is wrong",
      "130:Ctrl-C, after the report of the time so far",
      "3:no JDK 25 was found (said by the launcher)"
    })
final class BenchCommand implements Callable<Integer> {

  private static final String STANDARD_OUTPUT = "-";
  private static final int MOST_CONNECTIONS = 65_535; // TCP has no more ports for one server
  private static final int MOST_IN_FLIGHT = 1_000_000;
  private static final long MOST_BYTES_IN_FLIGHT = 1L << 30; // they all wait in memory at first

  @Mixin private ClientFlags flags = new ClientFlags();

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "50",
      description = "Connections; default ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "3s",
      converter = TimeConverter.class,
      description = "How long messages are sent; default ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ofSeconds(3);

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "echo",
      description = "echo or room; default ${DEFAULT-VALUE}.")
  private String mode = "echo";

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Messages per second of all senders; 0, the default: as fast as answers come.")
  private int rate;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "128",
      description = "Size of a message; default ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "1",
      description = "Messages under way for each sender, without --rate; default 1.")
  private int inFlight;

  @Option(
      names = "--slow-readers",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Further connections that do not read, default 0. The figures are those of",
        "all others; at the end it tells how many of these the server closed, and",
        "with which code."
      })
  private int slowReaders;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the figures as JSON, to standard output with -.")
  private @Nullable String json;

  @Option(names = "--html", paramLabel = "FILE", description = "Writes a page with a plot.")
  private @Nullable Path html;

  @Option(
      names = "--assert",
      paramLabel = "'FIGURE<N'",
      description = {
        "Fails unless it holds, such as 'p99<50ms', 'lost==0' or 'rate>1000';",
        "may be repeated. The figures are those of --json."
      })
  private List<String> assertions = List.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    BenchOptions options;
    List<Expectation> expectations;
    try {
      expectations = assertions.stream().map(Expectation::parse).toList();
      options = options();
      checkFiles();
    } catch (IllegalArgumentException wrong) {
      say(wrong.getMessage() + " (gimlet bench --help shows all options)");
      return ExitCode.BAD_COMMAND_LINE;
    } catch (GimletException failed) {
      say(ClientFlags.explained(failed));
      return ExitCode.FAILED;
    }
    try (Interruption interruption = Interruption.watch(() -> {})) {
      ProgressBar bar = ProgressBar.on(spec.commandLine().getErr());
      BenchResult result;
      try {
        result = Bench.run(options, bar, interruption::isAsked);
      } finally {
        bar.clear();
      }
      return report(result, expectations);
    } catch (GimletException failed) {
      say(ClientFlags.explained(failed));
      return ExitCode.FAILED;
    } catch (IOException unwritable) {
      say("cannot write the report: " + unwritable.getMessage());
      return ExitCode.FAILED;
    }
  }

  /// A run of an hour must not end with a report that has no place.
  private void checkFiles() {
    if (json != null && !STANDARD_OUTPUT.equals(json)) {
      checkFile("--json", Path.of(json));
    }
    if (html != null) {
      checkFile("--html", html);
    }
  }

  private static void checkFile(String name, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    Path written = Files.exists(file) ? file : folder;
    if (Files.isDirectory(file) || written == null || !Files.isWritable(written)) {
      throw new IllegalArgumentException(name + " " + file + ": this is no place to write a file");
    }
  }

  private BenchOptions options() {
    BenchOptions.Mode who =
        switch (mode.toLowerCase(Locale.ROOT)) {
          case "echo" -> BenchOptions.Mode.ECHO;
          case "room" -> BenchOptions.Mode.ROOM;
          default -> throw new IllegalArgumentException("--mode " + mode + ": use echo or room");
        };
    boolean isRoom = who == BenchOptions.Mode.ROOM;
    check("--connections", connections, isRoom ? 2 : 1, MOST_CONNECTIONS);
    check("--size", size, BenchOptions.LEAST_BYTES, BenchOptions.MOST_BYTES);
    check("--in-flight", inFlight, 1, MOST_IN_FLIGHT);
    check("--rate", rate, 0, Integer.MAX_VALUE);
    check("--slow-readers", slowReaders, 0, MOST_CONNECTIONS - connections);
    checkInFlight(isRoom ? 1 : connections);
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("--duration 0: at least 1ms");
    }
    return new BenchOptions(
        flags.uri(), who, connections, slowReaders, duration, rate, size, inFlight, flags.target());
  }

  private static void check(String name, int value, int least, int most) {
    if (value < least) {
      throw new IllegalArgumentException(name + " " + value + ": at least " + least);
    }
    if (value > most) {
      throw new IllegalArgumentException(name + " " + value + ": at most " + most);
    }
  }

  private void checkInFlight(long senders) {
    long bytes = senders * inFlight * size;
    if (rate == 0 && bytes > MOST_BYTES_IN_FLIGHT) {
      throw new IllegalArgumentException(
          "%d senders with --in-flight %d and --size %d: %d bytes at once, at most %d"
              .formatted(senders, inFlight, size, bytes, MOST_BYTES_IN_FLIGHT));
    }
  }

  private int report(BenchResult result, List<Expectation> expectations) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    String figures =
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(result.figures());
    if (STANDARD_OUTPUT.equals(json)) {
      out.println(figures);
    } else {
      TextReport.lines(result).forEach(out::println);
      if (json != null) {
        Files.writeString(Path.of(json), figures + "\n");
      }
    }
    out.flush();
    if (html != null) {
      Files.writeString(html, HtmlReport.page(result));
    }
    return verdict(result, expectations);
  }

  private int verdict(BenchResult result, List<Expectation> expectations) {
    int code = result.endedEarly() == 0 ? ExitCode.STOPPED : ExitCode.FAILED;
    for (Expectation expectation : expectations) {
      if (!expectation.isMetBy(result.figures())) {
        say(
            "does not hold: "
                + expectation.text()
                + ", found "
                + expectation.found(result.figures()));
        code = ExitCode.FAILED;
      }
    }
    return code;
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("gimlet: " + line);
    err.flush();
  }
}
