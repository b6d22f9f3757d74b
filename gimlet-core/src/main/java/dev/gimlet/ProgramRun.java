package dev.gimlet;

import dev.gimlet.routing.RouteTree;
import dev.gimlet.transport.PortInUseException;
import dev.gimlet.websocket.GimletException;
import java.util.Optional;

/// The life of a program in its own process: started, told to stop, and gone.
///
/// Owned by the main thread; the thread that stops it touches only the running server.
final class ProgramRun {
  static final String PORT_PROPERTY = "gimlet.port";

  private final Gimlet gimlet;
  private final ServerOptions options;
  private final Banner banner;

  ProgramRun(Gimlet gimlet, ServerOptions options, RouteTree routes) {
    this.gimlet = gimlet;
    this.options = options;
    this.banner = Banner.toStandardOutput(options, routes);
  }

  void run(int port) {
    RunningServer server;
    try {
      Mode _ = options.mode(); // what is wrong with it is said before anything is served
      server = start(port(Optional.ofNullable(System.getProperty(PORT_PROPERTY)), port));
    } catch (GimletException | IllegalArgumentException failure) {
      Banner.printFailure(failure);
      System.exit(1);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "gimlet-stop"));
    banner.print(server.address()); // last: whoever reads it may tell the program to stop
    await(server);
  }

  private RunningServer start(int port) {
    try {
      return gimlet.start(port);
    } catch (PortInUseException failure) {
      int another = failure.anotherPort();
      throw new GimletException(
          failure.getMessage()
              + ": --port "
              + another
              + " for gimlet serve, GIMLET_JAVA_OPTS=-D"
              + PORT_PROPERTY
              + "="
              + another
              + " for gimlet run",
          failure);
    }
  }

  /// The port to use: the property's when it is there.
  ///
  /// @throws IllegalArgumentException when the property is no port
  static int port(Optional<String> property, int given) {
    try {
      return ServerOptions.Builder.checkedPort(property.map(Integer::parseInt).orElse(given));
    } catch (NumberFormatException malformed) {
      throw new IllegalArgumentException(
          "the system property "
              + PORT_PROPERTY
              + " is \""
              + property.orElse("")
              + "\": use a number from 0 to 65535",
          malformed);
    }
  }

  private static void await(RunningServer server) {
    try {
      server.awaitClosed();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      server.close();
    }
  }

  private void stop(RunningServer server) {
    boolean bySignal = isStoppedBySignal();
    SecondSignal.exitsAtOnce();
    server.close(options.drainTimeout());
    if (bySignal) {
      // A signal would end the JVM with 143 or 130; to stop when asked to is a success.
      Banner.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  /// The JVM handles a signal on a thread of that name; a program that calls [System#exit] keeps
  /// its own exit code.
  private static boolean isStoppedBySignal() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .anyMatch(name -> name.matches("SIG(TERM|INT|HUP) handler"));
  }
}
