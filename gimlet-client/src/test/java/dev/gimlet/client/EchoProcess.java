package dev.gimlet.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/// A server in a JVM of its own: with open files of its own, and memory that is not the clients'.
record EchoProcess(Process process, int port) implements AutoCloseable {

  private static final int LOOPS = 2;

  /// The server; it ends with its standard input.
  public static void main(String[] arguments) throws IOException {
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("0.0.0.0").eventLoops(LOOPS).build());
    app.ws("/echo", WebSocketListener.onMessage(WebSocketConnection::send));
    try (RunningServer server = app.start(Integer.parseInt(arguments[0]))) {
      System.out.println(server.port());
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }

  /// Starts one at this port, 0 for any, and waits until it listens on all addresses.
  static EchoProcess at(int port) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                EchoProcess.class.getName(),
                Integer.toString(port))
            .redirectError(Redirect.INHERIT)
            .start();
    BufferedReader output = process.inputReader(UTF_8);
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the server did not start at port " + port);
    }
    return new EchoProcess(process, Integer.parseInt(line));
  }

  /// Kills it, as a crash does: no connection is closed in order.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
