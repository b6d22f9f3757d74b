package dev.gimlet;

import static dev.gimlet.RawWebSocket.BINARY;
import static dev.gimlet.RawWebSocket.PING;
import static dev.gimlet.RawWebSocket.TEXT;
import static dev.gimlet.RawWebSocket.frame;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gimlet.room.Room;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.RateLimit;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the server's threads allocate for one message, once its code is compiled.
///
/// The bounds are those of `docs/performance.md`: the message that the program gets, and little
/// else. The best of several rounds counts, because a round may meet the compiler at work.
@Timeout(60)
@Slow
final class AllocationTest {

  // The message's two objects, and a share of what one read and one write cost.
  private static final int OVERHEAD_BYTES = 128;

  // And its way through the mailbox to the thread of the loop, and back.
  private static final int LOOP_OVERHEAD_BYTES = 448;

  // A message that comes in several reads grows its array on the way, and what was read while a
  // loop
  // was not ready for more is kept aside.
  private static final double GROWTH = 1.4;

  // For each member of a room: a share of the write.
  private static final int DELIVERY_BYTES = 128;

  private static final int MEMBERS = 100;
  private static final int BURST = 10;
  private static final int ROUNDS = 12;
  private static final int BURSTS_OF_ROUND = 200;
  private static final int PUBLICATIONS_OF_ROUND = 50;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final WebSocketOptions TALKATIVE =
      WebSocketOptions.builder().controlFrameRate(RateLimit.NONE).build(); // pings are counted too

  private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
  private final Gimlet app =
      Gimlet.bare(ServerOptions.builder().host("127.0.0.1").eventLoops(1).build());
  private final Room room = app.room("room");
  private RunningServer server;

  @BeforeEach
  void start() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // its records are garbage
    app.ws(
        "/event", TALKATIVE, WebSocketListener.onMessage((connection, it) -> connection.send(it)));
    app.ws(
        "/loop",
        connection -> {
          for (Message message : connection) {
            connection.send(message);
          }
        });
    app.ws(
        "/room",
        connection -> {
          room.join(connection);
          connection.send("joined");
          for (Message message : connection) {
            room.publish(message);
          }
        });
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
    ResourceLeakDetector.setLevel(level);
  }

  @ParameterizedTest
  @CsvSource({
    "/event, text, 32",
    "/loop, text, 32",
    "/event, binary, 16384",
    "/loop, binary, 16384",
    "/event, ping, 32"
  })
  void ofAnAnswerIsTheMessage(String path, String kind, int bytes) throws IOException {
    byte[] burst = burst(opcode(kind), bytes);
    try (RawWebSocket client = RawWebSocket.connect(server.port(), path)) {

      long allocated =
          leastOfRounds(
                  BURSTS_OF_ROUND,
                  () -> {
                    client.write(burst);
                    for (int i = 0; i < BURST; i++) {
                      client.read();
                    }
                  })
              / BURST;

      int overhead = path.equals("/loop") ? LOOP_OVERHEAD_BYTES : OVERHEAD_BYTES;
      assertThat(allocated).isLessThanOrEqualTo((long) (GROWTH * bytes) + overhead);
    }
  }

  @Test
  void ofAPublicationGrowsLittleWithTheMembers() throws IOException {
    List<RawWebSocket> members = new ArrayList<>();
    try {
      for (int i = 0; i < MEMBERS; i++) {
        RawWebSocket member = RawWebSocket.connect(server.port(), "/room");
        members.add(member);
        assertThat(member.read().text()).isEqualTo("joined");
      }

      long allocated =
          leastOfRounds(
              PUBLICATIONS_OF_ROUND,
              () -> {
                members.getFirst().send("hello");
                for (RawWebSocket member : members) {
                  member.read();
                }
              });

      assertThat(allocated / MEMBERS).isLessThanOrEqualTo(DELIVERY_BYTES);
    } finally {
      for (RawWebSocket member : members) {
        member.close();
      }
    }
  }

  private interface Exchange {
    void run() throws IOException;
  }

  /// Bytes for one exchange.
  private static long leastOfRounds(int exchanges, Exchange exchange) throws IOException {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = allocatedBytes();
      for (int i = 0; i < exchanges; i++) {
        exchange.run();
      }
      least = Math.min(least, allocatedBytes() - before);
    }
    return least / exchanges;
  }

  /// Of the event loop and of the threads that carry virtual ones.
  private static long allocatedBytes() {
    long sum = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      String name = thread.getName();
      if (name.startsWith("gimlet-loop-") || name.startsWith("ForkJoinPool-1-worker-")) {
        sum += THREADS.getThreadAllocatedBytes(thread.threadId());
      }
    }
    return sum;
  }

  private static int opcode(String kind) {
    return switch (kind) {
      case "text" -> TEXT;
      case "binary" -> BINARY;
      case "ping" -> PING;
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static byte[] burst(int opcode, int bytes) {
    var burst = new ByteArrayOutputStream();
    for (int i = 0; i < BURST; i++) {
      burst.writeBytes(frame(opcode, new byte[bytes]));
    }
    return burst.toByteArray();
  }
}
