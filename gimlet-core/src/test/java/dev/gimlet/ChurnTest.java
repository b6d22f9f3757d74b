package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.http.Context;
import dev.gimlet.room.Room;
import dev.gimlet.room.RoomCounts;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.Floods;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// An hour of a busy server, as fast as it goes: visitors connect, join, publish, leave and drop.
/// Nothing is left of them.
@Timeout(1800)
@Slow
@EnabledOnOs(OS.LINUX) // any address of 127.0.0.0/8 is this machine
final class ChurnTest {
  private static final int OPERATIONS_OF_A_VISIT = 5; // connect, join, publish, leave, drop
  private static final int PHASES = 10;
  private static final int VISITORS = 30;
  private static final int ROOMS = 20;
  private static final int LIMIT = 10 * VISITORS; // what is never given back, soon refuses all

  // An hour at 100 operations per second; 45 seconds of it every day.
  private static final int OPERATIONS = Floods.of(4_500, 360_000);
  private static final int VISITS =
      OPERATIONS / OPERATIONS_OF_A_VISIT / PHASES / VISITORS; // of a visitor in a phase

  // Half of the full size is 36,000 visits: 32 bytes that stay of each are 1.1 MiB.
  private static final long MOST_GROWTH_BYTES = 1 << 20;

  /// What is in use when nobody is there; `heap` after a collection.
  private record Sample(long heap, long direct, long descriptors) {}

  /// Counts; nothing else may grow with the visits.
  private static final class Counted implements ServerEvents {
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Override
    public void opened(WebSocketConnection connection) {
      opened.incrementAndGet();
    }

    @Override
    public void closed(WebSocketConnection connection, CloseStatus status) {
      closed.incrementAndGet();
    }
  }

  private final Counted counted = new Counted();
  private final Gimlet app =
      Gimlet.bare(
          ServerOptions.builder()
              .host("127.0.0.1")
              .eventLoops(2)
              .events(counted)
              .connectionLimits(ConnectionLimits.builder().total(LIMIT).perUser(LIMIT).build())
              .build());

  @Test
  void leavesNothingBehind(TestReporter reporter) throws Exception {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    app.rooms("kept:*", RoomOptions.builder().history(100, Duration.ofHours(1)).presence().build());
    app.get("/rooms/:room", this::receive);
    List<Sample> samples = new ArrayList<>();

    long start = System.nanoTime();
    try (RunningServer server = app.start(0)) {
      for (int i = 0; i < PHASES; i++) {
        visit(server.port());
        awaitRest();
        samples.add(sample());
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    long middle = least(samples.subList(PHASES / 2 - 1, PHASES / 2 + 1));
    long end = least(samples.subList(PHASES - 2, PHASES));
    reporter.publishEntry(
        "%d operations in %d s; heap in the middle %d KiB, at the end %d KiB; all: %s"
            .formatted(OPERATIONS, took.toSeconds(), middle >> 10, end >> 10, samples));
    assertThat(end - middle).isLessThan(MOST_GROWTH_BYTES);
    assertThat(samples.getLast().direct())
        .isLessThanOrEqualTo(samples.get(PHASES / 2).direct() + MOST_GROWTH_BYTES);
    assertThat(samples.getLast().descriptors())
        .isLessThanOrEqualTo(samples.getFirst().descriptors());
    assertThat(counted.opened.get()).isEqualTo(VISITS * VISITORS * PHASES);
  }

  private void receive(Context context) {
    context.user("somebody");
    context.upgrade(new Host(app.room(context.pathParameter("room"))));
  }

  /// Does what a visitor asks for, and publishes the rest. Immutable.
  private record Host(Room room) implements WebSocketListener {
    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      switch (((Text) message).value()) {
        case "join" -> {
          room.join(connection);
          connection.send("joined");
        }
        case "leave" -> {
          room.leave(connection);
          connection.send("left");
        }
        default -> room.publish(message);
      }
    }
  }

  /// All visitors at once, until each has made its visits.
  private void visit(int port) throws InterruptedException {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> visitors = new ArrayList<>();
    for (int i = 0; i < VISITORS; i++) {
      int visitor = i;
      visitors.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
              .start(() -> visit(port, visitor)));
    }
    for (Thread visitor : visitors) {
      visitor.join();
    }
    assertThat(failures).isEmpty();
  }

  private static void visit(int port, int visitor) {
    try {
      for (int visit = 0; visit < VISITS; visit++) {
        int number = visitor * VISITS + visit;
        String room = (number % 2 == 0 ? "kept:" : "plain:") + number % ROOMS;
        try (RawWebSocket client = connect(port, visitor, "/rooms/" + room)) {
          stay(client, "I am " + number);
          switch (number % 3) {
            case 0 -> sayGoodbye(client);
            case 1 -> ask(client, "leave", "left"); // and drops
            default -> client.reset(); // while it is a member
          }
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Each visitor has an address of its own: ports are not free again at once.
  private static RawWebSocket connect(int port, int visitor, String path) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + (2 + visitor)), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return RawWebSocket.over(socket, path);
  }

  private static void stay(RawWebSocket client, String words) throws IOException {
    ask(client, "join", "joined");
    ask(client, words, words);
  }

  /// Others publish, too: reads until the answer comes.
  private static void ask(RawWebSocket client, String question, String answer) throws IOException {
    client.send(question);
    while (!client.read().text().equals(answer)) {
      // what somebody else said
    }
  }

  private static void sayGoodbye(RawWebSocket client) throws IOException {
    ask(client, "leave", "left");
    client.write(RawWebSocket.frame(RawWebSocket.CLOSE, RawWebSocket.closePayload(1000, "")));
    assertThat(client.readUntilClose()).isEqualTo(1000);
  }

  /// Waits until the last reset was noticed; then all that counts is zero, or the time is over.
  @SuppressWarnings("ThreadSleep")
  private void awaitRest() throws Exception {
    while (!isAtRest()) {
      Thread.sleep(5); // the kernel's time to tell of a reset
    }
    for (int i = 0; i < ROOMS; i++) {
      assertThat(app.room("kept:" + i).presence(1).get().count()).isZero();
    }
  }

  private boolean isAtRest() {
    RoomCounts rooms = app.roomCounts();
    return app.connections().count() == 0
        && app.connections().ofUser("somebody").isEmpty()
        && rooms.rooms() == 0
        && rooms.members() == 0
        && rooms.waitingBytes() == 0
        && counted.opened.get() == counted.closed.get();
  }

  @SuppressWarnings("SystemGc")
  private static Sample sample() throws IOException {
    Runtime runtime = Runtime.getRuntime();
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      heap = Math.min(heap, runtime.totalMemory() - runtime.freeMemory());
    }
    ByteBufAllocatorMetricProvider buffers =
        (ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT;
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return new Sample(heap, buffers.metric().usedDirectMemory(), descriptors.count());
    }
  }

  private static long least(List<Sample> samples) {
    return samples.stream().mapToLong(Sample::heap).min().orElseThrow();
  }
}
