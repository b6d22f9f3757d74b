package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server in a JVM of its own, for tests that kill it. Immutable.
record NodeProcess(Process process, int port) implements AutoCloseable {

  private static final Pattern PORT = Pattern.compile("https?://(?:localhost|[0-9.]+):(\\d+)");

  /// Starts this program, and waits until it has told its address.
  static NodeProcess start(Class<?> program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // it lives shortly
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = process.inputReader(UTF_8);
    var said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      Matcher address = PORT.matcher(line);
      if (address.find()) {
        Thread.startVirtualThread(() -> output.lines().forEach(_ -> {})); // so that it never blocks
        return new NodeProcess(process, Integer.parseInt(address.group(1)));
      }
    }
    throw new AssertionError("the server ended without telling its address: " + said);
  }

  URI http(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  /// `kill -9`.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
