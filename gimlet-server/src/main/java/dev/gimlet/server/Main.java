package dev.gimlet.server;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Comparator;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/// The program behind `./gimlet`.
public final class Main {

  private static final int MAX_TYPOS = 3;

  private Main() {}

  /// Runs a command and ends the process with its exit code.
  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out, true, System.out.charset());
    var err = new PrintWriter(System.err, true, System.err.charset());
    System.exit(run(System.in, out, err, arguments));
  }

  /// Runs a command; its exit code is one of [ExitCode].
  static int run(InputStream in, PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new GimletCommand())
        .addSubcommand(new ConnectCommand(in))
        .addSubcommand(new BenchCommand())
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(Main::refuse)
        .execute(arguments);
  }

  /// One line that says what is wrong, instead of all the help there is.
  private static int refuse(CommandLine.ParameterException fault, String[] arguments) {
    CommandLine command = fault.getCommandLine();
    String line =
        fault instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched)
            : String.valueOf(fault.getMessage()).lines().findFirst().orElse("");
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("gimlet: " + line + " (" + name + " --help shows all options)");
    return ExitCode.BAD_COMMAND_LINE;
  }

  private static String unknown(UnmatchedArgumentException fault) {
    String word = fault.getUnmatched().getFirst();
    if (fault.isUnknownOption()) {
      String advice =
          fault.getCommandLine().getCommandSpec().optionsMap().keySet().stream()
              .filter(option -> EditDistance.between(word, option) <= MAX_TYPOS)
              .min(Comparator.comparingInt(option -> EditDistance.between(word, option)))
              .map(option -> ", did you mean " + option + "?")
              .orElse("");
      return "unknown option " + word + advice;
    }
    CommandLine command = fault.getCommandLine();
    return command.getParent() == null
        ? "there is no command " + word + ": use serve, run, connect or bench"
        : command.getCommandName() + " does not take the argument " + word;
  }
}
