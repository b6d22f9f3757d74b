package dev.gimlet;

import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.websocket.RateLimit;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// An echo server in a process of its own, to be stopped, starved and measured.
///
/// Owned by the test's thread; its log arrives on a thread of its own, in a concurrent queue.
final class ChildServer implements AutoCloseable {

  private final Process process;
  private final int port;
  private final Queue<String> log = new ConcurrentLinkedQueue<>();

  private ChildServer(Process process) throws IOException {
    this.process = process;
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    port = Integer.parseInt(out.readLine());
    Thread.startVirtualThread(() -> out.lines().forEach(log::add));
  }

  /// The program of the child: heartbeat interval and timeout in milliseconds, and perhaps how many
  /// new WebSockets it admits per second, 0 for any number.
  static void main(String... args) {
    WebSocketOptions options =
        WebSocketOptions.builder().heartbeat(millis(args[0]), millis(args[1])).build();
    RunningServer server =
        Gimlet.bare(ServerOptions.builder().connectionLimits(limits(args)).build())
            .ws(
                "/echo",
                options,
                WebSocketListener.onMessage((connection, message) -> connection.send(message)))
            .start(0);
    IO.println(server.port());
  }

  private static ConnectionLimits limits(String... args) {
    int perSecond = args.length < 3 ? 0 : Integer.parseInt(args[2]);
    RateLimit rate = perSecond == 0 ? RateLimit.NONE : new RateLimit(perSecond, perSecond);
    return ConnectionLimits.builder().admissionRate(rate).build();
  }

  private static Duration millis(String number) {
    return Duration.ofMillis(Long.parseLong(number));
  }

  /// Starts one whose shell runs this first, such as `ulimit -n 256`.
  static ChildServer start(String first, List<String> jvmOptions, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", first + "; exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ChildServer.class.getName());
    command.addAll(List.of(args));
    return new ChildServer(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  int port() {
    return port;
  }

  void stop() throws Exception {
    signal("STOP");
  }

  void goOn() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /// Lines of the log that contain this.
  long logged(String text) {
    return linesWith(text).size();
  }

  List<String> linesWith(String text) {
    return log.stream().filter(line -> line.contains(text)).toList();
  }

  /// Processor time used so far.
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  int openDescriptors() throws IOException {
    try (var files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      return (int) files.count();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly(); // also ends one that is stopped
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
