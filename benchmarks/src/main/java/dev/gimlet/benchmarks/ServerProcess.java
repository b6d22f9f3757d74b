package dev.gimlet.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server that runs in a process of its own, pinned to one core. Owned by the main thread.
final class ServerProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

  private final Peer peer;
  private final int port;
  private final Path log;
  private final Process process;

  private ServerProcess(Peer peer, int port, Path log, Process process) {
    this.peer = peer;
    this.port = port;
    this.log = log;
    this.process = process;
  }

  /// Starts a server and waits until it accepts connections.
  static ServerProcess start(Peer peer, Case which, int core, Path logs) throws IOException {
    int port = freePort();
    List<String> command = new ArrayList<>(List.of("taskset", "-c", "" + core));
    command.addAll(peer.command().at(port, which));
    Files.createDirectories(logs);
    Path log = logs.resolve(peer.name() + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    ServerProcess server = new ServerProcess(peer, port, log, process);
    try {
      server.awaitPort();
      return server;
    } catch (IOException failure) {
      server.close();
      throw failure;
    }
  }

  Peer peer() {
    return peer;
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /// KiB of memory that are in this process. What it shares with others counts in full, so that it
  /// does not seem to shrink when a load generator on the same JVM starts.
  long residentKib() throws IOException {
    Matcher rss = RSS.matcher(Files.readString(Path.of("/proc/" + pid() + "/status")));
    if (!rss.find()) {
      throw new IOException("no VmRSS in the status of " + peer.name());
    }
    return Long.parseLong(rss.group(1));
  }

  /// Number of open descriptors: the connections and a few more.
  int descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
      return (int) all.count();
    }
  }

  /// Makes a JVM collect all garbage; does nothing for others.
  void collectGarbage() {
    if (peer.isOnJvm()) {
      Tools.firstLine(Tools.jdk("jcmd"), "" + pid(), "GC.run");
    }
  }

  @Override
  public void close() {
    Pause.untilEnd(process.destroyForcibly(), Duration.ofSeconds(10));
  }

  private void awaitPort() throws IOException {
    Instant deadline = Instant.now().plus(START_TIMEOUT);
    while (!accepts()) {
      if (!process.isAlive() || Instant.now().isAfter(deadline)) {
        throw new IOException(peer.name() + " did not start; see " + log.getFileName());
      }
      Pause.of(Duration.ofMillis(50));
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException _) {
      return false; // not yet
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
