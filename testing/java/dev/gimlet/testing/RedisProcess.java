package dev.gimlet.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A real Redis of a test's own: at a free port, in a folder that goes with it.
///
/// It is the `redis-server` of the `PATH`, or the one in the jar of `embedded-redis`. With
/// `GIMLET_REDIS_TESTS=required`, as in CI, it must be that of the `PATH`. Everything that was
/// acknowledged is on disk, so it survives [#kill()]. Owned by its test's thread.
public final class RedisProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration REPLY = Duration.ofSeconds(20);
  private static final String EMBEDDED = "/redis-server-6.2.";

  private final Path folder;
  private final int port;
  private final List<String> arguments;
  private Process process;

  private RedisProcess(Path folder, int port, List<String> arguments) throws IOException {
    this.folder = folder;
    this.port = port;
    this.arguments = arguments;
    this.process = launch();
  }

  private static RedisProcess start(List<String> options) throws IOException {
    Path folder = newFolder();
    int port = freePort();
    var arguments = new ArrayList<>(List.of("--port", "" + port, "--bind", "127.0.0.1"));
    arguments.addAll(List.of("--dir", folder.toString(), "--save", ""));
    arguments.addAll(options);
    return new RedisProcess(folder, port, arguments);
  }

  /// Starts one that writes everything to disk before it answers; more options as in `redis.conf`,
  /// with two hyphens.
  public static RedisProcess start(String... options) throws IOException {
    var all = new ArrayList<>(List.of("--appendonly", "yes", "--appendfsync", "always"));
    all.addAll(List.of(options));
    return start(all);
  }

  /// Starts one that keeps nothing but what `SAVE` writes.
  public static RedisProcess startWithSnapshots() throws IOException {
    return start(List.of("--appendonly", "no"));
  }

  /// Starts a Sentinel, alone in its judgement, that watches this primary under a name and puts a
  /// replica in its place half a second after it is gone.
  public static RedisProcess startSentinel(String name, RedisProcess primary) throws IOException {
    Path folder = newFolder();
    int port = freePort();
    Path file = folder.resolve("sentinel.conf");
    Files.writeString(
        file,
        """
        port %d
        bind 127.0.0.1
        dir %s
        sentinel monitor %s 127.0.0.1 %d 1
        sentinel down-after-milliseconds %s 500
        sentinel failover-timeout %s 5000
        """
            .formatted(port, folder, name, primary.port, name, name));
    return new RedisProcess(folder, port, List.of(file.toString(), "--sentinel"));
  }

  /// In memory where there is such a place: what a killed process has written stays there too.
  private static Path newFolder() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "gimlet-redis")
        : Files.createTempDirectory("gimlet-redis");
  }

  /// A port that nothing listens at.
  public static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// Whether a Redis of this major version or a newer one is on the `PATH`.
  public static boolean isInstalled(int major) throws IOException {
    Optional<Path> server = installed();
    return server.isPresent() && majorVersion(server.get()) >= major;
  }

  /// Whether tests must not do without the one on the `PATH`.
  public static boolean isRequired() {
    return "required".equals(System.getenv("GIMLET_REDIS_TESTS"));
  }

  private static int majorVersion(Path server) throws IOException {
    Process asked = new ProcessBuilder(server.toString(), "--version").start();
    String line = new String(asked.getInputStream().readAllBytes(), UTF_8);
    return Integer.parseInt(line.replaceFirst("(?s).*v=(\\d+)\\..*", "$1"));
  }

  public int port() {
    return port;
  }

  /// Its address, as brokers take it.
  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /// Ends it at once, as a crash would.
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// Starts it again, with what is in its folder.
  public void restart() throws IOException {
    process = launch();
  }

  /// Stops its clock: it stays reachable and does nothing.
  public void freeze() throws IOException {
    signal("STOP");
  }

  /// Lets it go on.
  public void thaw() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sends one command and gives its reply as text, the parts of a list in lines.
  public String command(String... words) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) REPLY.toMillis());
      var request = new StringBuilder("*" + words.length + "\r\n");
      for (String word : words) {
        request.append("$").append(word.getBytes(UTF_8).length).append("\r\n");
        request.append(word).append("\r\n");
      }
      socket.getOutputStream().write(request.toString().getBytes(UTF_8));
      return reply(new DataInputStream(socket.getInputStream()));
    }
  }

  private static String reply(DataInputStream in) throws IOException {
    String line = line(in);
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+', ':' -> rest;
      case '-' -> throw new IOException(rest);
      case '$' -> bulk(in, Integer.parseInt(rest));
      case '*' -> list(in, Integer.parseInt(rest));
      default -> throw new IOException("unknown reply: " + line);
    };
  }

  private static String bulk(DataInputStream in, int length) throws IOException {
    if (length < 0) {
      return "";
    }
    byte[] bytes = in.readNBytes(length);
    in.readNBytes(2);
    return new String(bytes, UTF_8);
  }

  private static String list(DataInputStream in, int length) throws IOException {
    var parts = new ArrayList<String>();
    for (int i = 0; i < length; i++) {
      parts.add(reply(in));
    }
    return String.join("\n", parts);
  }

  private static String line(DataInputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended");
      }
      line.append((char) c);
    }
    in.readByte();
    return line.toString();
  }

  private Process launch() throws IOException {
    var command = new ArrayList<>(List.of(program().toString()));
    command.addAll(arguments);
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("redis.log").toFile())
            .start();
    process = started;
    awaitReady();
    return started;
  }

  private void awaitReady() throws IOException {
    long end = System.nanoTime() + START.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        close();
        throw new IOException("redis-server did not start: " + log());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private boolean isReady() {
    try {
      return command("PING").equals("PONG");
    } catch (IOException notYet) {
      return false;
    }
  }

  private String log() throws IOException {
    Path log = folder.resolve("redis.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static Path program() throws IOException {
    Optional<Path> installed = installed();
    if (installed.isPresent()) {
      return installed.get();
    }
    if (isRequired()) {
      throw new IOException("there is no redis-server on the PATH, and GIMLET_REDIS_TESTS=required");
    }
    return embedded();
  }

  private static Optional<Path> installed() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "redis-server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path embedded() throws IOException {
    boolean isMac = System.getProperty("os.name").startsWith("Mac");
    boolean isArm = System.getProperty("os.arch").equals("aarch64");
    String kind =
        isMac
            ? (isArm ? "6-v5-darwin-arm64" : "6-v5-darwin-amd64")
            : (isArm ? "7-linux-arm64" : "6-v5-linux-amd64");
    try (InputStream in = RedisProcess.class.getResourceAsStream(EMBEDDED + kind)) {
      if (in == null) {
        throw new IOException("install redis-server: these tests need a real one");
      }
      Path program = Files.createTempFile("redis-server", "");
      Files.copy(in, program, StandardCopyOption.REPLACE_EXISTING);
      program.toFile().deleteOnExit();
      if (!program.toFile().setExecutable(true)) {
        throw new IOException(program + " cannot be made executable");
      }
      return program;
    }
  }

  private void awaitEnd() {
    try {
      process.waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
