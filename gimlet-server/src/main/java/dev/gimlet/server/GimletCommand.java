package dev.gimlet.server;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// `gimlet` without a command: knows its version and its commands.
@Command(
    name = "gimlet",
    description = "HTTP and WebSocket for Java, ready to run.",
    mixinStandardHelpOptions = true,
    versionProvider = GimletCommand.Version.class,
    subcommands = ServeCommand.class)
final class GimletCommand {

  /// The version that the jar was built as.
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      Optional<String> version =
          Optional.ofNullable(Version.class.getPackage().getImplementationVersion());
      return new String[] {"gimlet " + version.orElse("(not packaged)")};
    }
  }
}
