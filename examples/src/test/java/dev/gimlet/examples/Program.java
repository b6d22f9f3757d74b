package dev.gimlet.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A one-file program in a JVM of its own, on a port of its own.
///
/// Thread-safe: the lines it printed are guarded by their list's lock.
final class Program implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)");

  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();

  private Program(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().name("output-of-" + process.pid()).start(this::read);
  }

  /// Starts a program with the class path of this test, in its own folder.
  static Program start(Path file) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return start(
        file.toAbsolutePath().resolveSibling(""),
        List.of(
            java,
            "-XX:TieredStopAtLevel=1", // it lives for seconds
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-Dgimlet.port=0",
            "-cp",
            System.getProperty("java.class.path"),
            file.toString()));
  }

  /// Starts a command that prints a banner as a server does.
  static Program start(List<String> command) throws IOException {
    return start(Path.of("").toAbsolutePath(), command);
  }

  private static Program start(Path folder, List<String> command) throws IOException {
    return new Program(
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start());
  }

  int port() throws Exception {
    return port.get(START.toSeconds(), TimeUnit.SECONDS);
  }

  /// The options of its JVM that begin with `-X`.
  List<String> javaOptions() {
    return Stream.of(process.info().arguments().orElseThrow())
        .filter(argument -> argument.startsWith("-X"))
        .toList();
  }

  /// What the program has printed so far.
  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /// Waits for the first line that the program prints.
  String awaitLine() throws InterruptedException {
    synchronized (lines) {
      long end = System.nanoTime() + START.toNanos();
      while (lines.isEmpty() && System.nanoTime() < end) {
        lines.wait(START.toMillis());
      }
      return lines.isEmpty() ? "" : lines.getFirst();
    }
  }

  /// Asks the program to stop, as Ctrl-C does, and tells its exit code.
  int stop() throws InterruptedException {
    process.toHandle().destroy(); // the process itself would close its output, too
    if (!process.waitFor(15, TimeUnit.SECONDS)) {
      throw new AssertionError("still running 15 s after SIGTERM:\n" + String.join("\n", lines()));
    }
    reader.join(); // until the last line
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void read() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        take(line);
      }
      port.completeExceptionally(
          new AssertionError("ended without an address:\n" + String.join("\n", lines())));
    } catch (IOException broken) {
      port.completeExceptionally(new UncheckedIOException(broken));
    }
  }

  private void take(String line) {
    synchronized (lines) {
      lines.add(line);
      lines.notifyAll();
    }
    Matcher address = ADDRESS.matcher(line);
    if (address.find()) {
      port.complete(Integer.valueOf(address.group(1)));
    }
  }
}
