package dev.gimlet;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The [SampleProgram] in a process of its own. Owned by the test's thread.
final class SampleProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final Process process;
  private final BufferedReader output;
  private int port; // 0 until it was read

  private SampleProcess(Process process) {
    this.process = process;
    output = process.inputReader();
  }

  static SampleProcess start(int port) throws IOException {
    return start(port, Map.of());
  }

  /// The same with these variables in its environment.
  static SampleProcess start(int port, Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.add("-Dgimlet.port=" + port);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SampleProgram.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new SampleProcess(builder.start());
  }

  /// The port that the banner names.
  int port() throws IOException {
    while (port == 0) {
      String line = output.readLine();
      if (line.contains("http://localhost:")) {
        port = Integer.parseInt(line.replaceFirst(".*:", ""));
      }
    }
    return port;
  }

  /// All that is printed until the end.
  List<String> lines() {
    return output.lines().toList();
  }

  /// Sends SIGTERM.
  void terminate() {
    process.destroy();
  }

  /// Sends SIGTERM once more; [Process#destroy] does so only once.
  void terminateAgain() throws IOException {
    new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start();
  }

  /// The exit code; fails when the process does not end.
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + PATIENCE_SECONDS + " s");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
