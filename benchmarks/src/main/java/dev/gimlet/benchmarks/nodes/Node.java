package dev.gimlet.benchmarks.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A child process that is measured: a node, or Redis. Immutable.
record Node(Process process, int port) implements AutoCloseable {

  /// Starts a room server, and waits until it listens.
  static Node start(int history, List<String> redis) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RoomServer.class.getName(), "" + history));
    command.addAll(redis);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader output = process.inputReader(UTF_8);
    String port = output.readLine();
    if (port == null) {
      throw new IOException("the node ended before it listened");
    }
    return new Node(process, Integer.parseInt(port));
  }

  /// CPU time since its start.
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
