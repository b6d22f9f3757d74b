package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Thousands of WebSockets in a process of their own, which lose their connections in one moment
/// and come back at once. A refused one comes back when it is told to.
///
/// Owned by the test's thread. In the child: one virtual thread per client.
final class StormClients implements AutoCloseable {

  /// How it went: the time until the last was back, how often one was refused meanwhile, and how
  /// often a connection ended without an answer.
  record Return(Duration time, int refusals, int losses) {}

  private static final int ADDRESSES = 50; // of 127.0.0.0/8, each has 28,000 ports
  private static final int DIALLING_AT_FIRST = 64; // the beginning is not the storm
  private static final int DIALLING = 4096; // in the storm: what a listening socket's queue holds

  private final Process process;
  private final BufferedReader answers;

  private StormClients(Process process) {
    this.process = process;
    answers = process.inputReader(UTF_8);
  }

  /// Connects so many to `/echo`; they are open when this returns.
  static StormClients connect(int port, int clients) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c"));
    command.addAll(List.of("ulimit -n $(ulimit -Hn); exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(StormClients.class.getName(), "" + port, "" + clients));
    StormClients started =
        new StormClients(new ProcessBuilder(command).redirectErrorStream(true).start());
    started.answer("open");
    return started;
  }

  /// All connections are reset; returns when as many are open again.
  Return comeBack() throws IOException {
    process.outputWriter(UTF_8).append("storm\n").flush();
    String[] figures = answer("back ").split(" ", -1);
    return new Return(
        Duration.ofMillis(Long.parseLong(figures[1])),
        Integer.parseInt(figures[2]),
        Integer.parseInt(figures[3]));
  }

  private String answer(String expected) throws IOException {
    String line = answers.readLine();
    if (line == null || !line.startsWith(expected)) {
      throw new AssertionError("expected \"" + expected + "\", found \"" + line + "\"");
    }
    return line;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /// The program of the child.
  static void main(String... args) throws Exception {
    Swarm swarm = new Swarm(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    swarm.connectAll(new Semaphore(DIALLING_AT_FIRST));
    swarm.resetAll(); // once for the server's compiler: it has been running for a while
    swarm.connectAll(new Semaphore(DIALLING_AT_FIRST));
    IO.println("open");
    IO.readln();
    swarm.refused.set(0);
    swarm.lost.set(0);
    long start = System.nanoTime();
    swarm.resetAll();
    swarm.connectAll(new Semaphore(DIALLING));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    IO.println("back %d %d %d".formatted(millis, swarm.refused.get(), swarm.lost.get()));
    IO.readln(); // stays until it is ended
  }

  /// The clients inside the child. Thread-safe: a concurrent queue and an atomic number.
  private static final class Swarm {

    private final int port;
    private final int clients;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    private Swarm(int port, int clients) {
      this.port = port;
      this.clients = clients;
    }

    private void resetAll() throws IOException {
      for (Socket each = open.poll(); each != null; each = open.poll()) {
        each.setSoLinger(true, 0);
        each.close();
      }
    }

    private void connectAll(Semaphore dialling) throws InterruptedException {
      CountDownLatch connected = new CountDownLatch(clients);
      for (int i = 0; i < clients; i++) {
        String address = "127.0.0." + (2 + i % ADDRESSES);
        Thread.ofVirtual()
            .uncaughtExceptionHandler((_, failure) -> fail(failure))
            .start(() -> {
              connect(address, dialling);
              connected.countDown();
            });
      }
      connected.await();
    }

    private static void fail(Throwable failure) {
      IO.println("failed: " + failure);
      Runtime.getRuntime().halt(1);
    }

    @SuppressWarnings("ThreadSleep")
    private void connect(String address, Semaphore dialling) {
      try {
        for (int wait = attempt(address, dialling); wait > 0; wait = attempt(address, dialling)) {
          Thread.sleep(ThreadLocalRandom.current().nextLong(500L * wait, 1000L * wait)); // polite
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private int attempt(String address, Semaphore dialling) {
      dialling.acquireUninterruptibly();
      try {
        return attempt(address);
      } finally {
        dialling.release();
      }
    }

    /// Zero when the WebSocket is open, else after how many seconds to come back.
    private int attempt(String address) {
      Socket socket = new Socket();
      try {
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write(RawWebSocket.handshake("/echo", ""));
        String head = readHead(socket);
        if (head.startsWith("HTTP/1.1 101")) {
          open.add(socket);
          return 0;
        }
        socket.close();
        if (!head.startsWith("HTTP/1.1 503")) {
          throw new AssertionError("neither 101 nor 503: \"" + head + "\"");
        }
        refused.incrementAndGet();
        return Integer.parseInt(head.replaceFirst("(?s).*[Rr]etry-[Aa]fter: ([0-9]+).*", "$1"));
      } catch (IOException ended) {
        lost.incrementAndGet();
        return 1;
      }
    }

    private static String readHead(Socket socket) throws IOException {
      byte[] bytes = new byte[1024];
      int length = 0;
      String head = "";
      while (!head.contains("\r\n\r\n")) {
        int read = socket.getInputStream().read(bytes, length, bytes.length - length);
        if (read < 0) {
          throw new IOException("the connection ended after \"" + head + "\"");
        }
        length += read;
        head = new String(bytes, 0, length, ISO_8859_1);
      }
      return head;
    }
  }
}
