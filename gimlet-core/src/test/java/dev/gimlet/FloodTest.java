package dev.gimlet;

import static dev.gimlet.RawWebSocket.BINARY;
import static dev.gimlet.RawWebSocket.CLOSE;
import static dev.gimlet.RawWebSocket.PING;
import static dev.gimlet.RawWebSocket.PONG;
import static dev.gimlet.RawWebSocket.TEXT;
import static dev.gimlet.RawWebSocket.closePayload;
import static dev.gimlet.RawWebSocket.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Floods;
import dev.gimlet.websocket.RateLimit;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that send as much as they can of what costs most.
@Timeout(300)
final class FloodTest {

  // Both ends of each are in this process, which may have 20,000 descriptors.
  private static final int MOST_CLIENTS = 9500;

  private static final int PONG_BYTES = 127;
  private static final int BAD_CLIENTS = 10;
  private static final long MOST_HEAP_GROWTH = 64 << 20; // ten outboxes are 10 MiB

  private static final WebSocketListener ECHO =
      WebSocketListener.onMessage((connection, message) -> connection.send(message));

  private final RecordingEvents events = new RecordingEvents();
  private final Gimlet app = Gimlet.bare(ServerOptions.builder().events(events).build());
  private final CountDownLatch gate = new CountDownLatch(1);
  private final CompletableFuture<WebSocketConnection> opened = new CompletableFuture<>();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private RunningServer server;

  @BeforeEach
  void start() {
    app.ws("/echo", ECHO);
    app.ws("/gated", _ -> gate.await());
    app.ws("/pinging", pinging());
    app.ws(
        "/any-pings",
        WebSocketOptions.builder()
            .controlFrameRate(RateLimit.NONE)
            .sendTimeout(Duration.ZERO)
            .build(),
        ECHO);
    app.ws(
        "/few-messages",
        WebSocketOptions.builder().messageRate(new RateLimit(100, 50)).build(),
        ECHO);
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    server.close();
  }

  private WebSocketListener pinging() {
    return new WebSocketListener() {
      @Override
      public void onOpen(WebSocketConnection connection) {
        opened.complete(connection);
      }

      @Override
      public void onPong(WebSocketConnection connection, ByteBuffer payload) {
        told.add("pong");
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {PING, PONG})
  void ofControlFramesIsClosedWith1008AndHarmsNobody(int opcode) throws IOException {
    try (RawWebSocket good = connect("/echo");
        RawWebSocket bad = connect("/echo")) {
      bad.write(repeat(frame(opcode, new byte[125]), 1000));
      good.send("unharmed");

      assertThat(good.read().text()).isEqualTo("unharmed");
      RawWebSocket.Frame last = bad.read();
      while (last.opcode() != CLOSE) {
        last = bad.read();
      }
      assertThat(last.closeCode()).isEqualTo(1008);
      assertThat(last.text()).endsWith("more than 50 pings and pongs at once or 10 per second");
      assertThat(bad.isAtEnd()).isTrue();
    }
  }

  @Test
  void ofPingsIsNoBurstOfTen() throws IOException {
    try (RawWebSocket client = connect("/echo")) {
      for (int burst = 0; burst < 4; burst++) {
        client.write(repeat(frame(PING, new byte[125]), 10));
        for (int i = 0; i < 10; i++) {
          assertThat(client.read().opcode()).isEqualTo(PONG);
        }
      }
    }
  }

  @Test
  void ofPongsIsNoAnswerToManyPings() throws Exception {
    try (RawWebSocket client = connect("/pinging")) {
      WebSocketConnection connection = opened.get(5, TimeUnit.SECONDS);
      for (int i = 0; i < 500; i++) {
        connection.ping();
      }
      for (int i = 0; i < 500; i++) {
        assertThat(client.read().opcode()).isEqualTo(PING);
        client.write(frame(PONG, new byte[0]));
      }

      for (int i = 0; i < 500; i++) {
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("pong");
      }
      assertThat(connection.isOpen()).isTrue();
    }
  }

  /// The server reads all, though nobody reads its pongs: so they do not wait in it.
  @Test
  void ofPingsThatNobodyReadsLeavesOnePongWaiting() throws IOException {
    int pings = Floods.of(150_000, 1_000_000);
    byte[] payload = new byte[125];
    try (RawWebSocket client = RawWebSocket.connectSmall(server.port(), "/any-pings")) {
      byte[] burst = repeat(frame(PING, payload), 500);
      for (int i = 0; i < pings; i += 500) {
        client.write(burst);
      }
      payload[0] = 1;
      client.write(frame(PING, payload));

      int answered = 1;
      while (client.read().payload()[0] == 0) {
        answered++;
      }
      assertThat(answered).isLessThan(mostThatSocketsHold() / PONG_BYTES);
    }
  }

  /// What the socket of the server may hold, twice, for that of the client.
  private static int mostThatSocketsHold() throws IOException {
    Path limits = Path.of("/proc/sys/net/ipv4/tcp_wmem");
    if (!Files.exists(limits)) {
      return 8 << 20;
    }
    String line = Files.readAllLines(limits).getFirst();
    return 2 * Integer.parseInt(line.substring(line.lastIndexOf('\t') + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PINGS", "MESSAGES", "FRAGMENTS"})
  void ofTenPeersAtOnceHarmsNoGoodOne(String kind) throws Exception {
    byte[] burst =
        switch (kind) {
          case "PINGS" -> repeat(frame(PING, new byte[125]), 1000);
          case "MESSAGES" -> repeat(frame(BINARY, new byte[16 << 10]), 10);
          default -> repeat(frame(0, 0, new byte[0]), 1000);
        };
    List<RawWebSocket> bad = new ArrayList<>();
    List<Thread> writers = new ArrayList<>();
    long before = heapInUse();
    try (RawWebSocket good = connect("/echo")) {
      for (int i = 0; i < BAD_CLIENTS; i++) {
        RawWebSocket client = connect(kind.equals("PINGS") ? "/any-pings" : "/echo");
        bad.add(client);
        client.write(frame(BINARY, 0, new byte[0])); // what fragments go on with
        writers.add(Thread.startVirtualThread(() -> writeWhileTaken(client, burst)));
      }
      for (int i = 0; i < 100; i++) {
        assertThatItIsServed(good);
      }
      assertThat(heapInUse() - before).isLessThan(MOST_HEAP_GROWTH);
      assertThatItIsServed(good);
    } finally {
      for (RawWebSocket client : bad) {
        client.close();
      }
    }
    for (Thread writer : writers) {
      writer.join();
    }
  }

  private static void writeWhileTaken(RawWebSocket client, byte[] burst) {
    boolean taken = true;
    while (taken) {
      taken = isTaken(client, burst);
    }
  }

  @SuppressWarnings("SystemGc")
  private static long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLOSE", "DATA"})
  void afterTheCloseIsSwallowed(String kind) throws Exception {
    byte[] close = frame(CLOSE, closePayload(1000, ""));
    byte[] data = kind.equals("CLOSE") ? close : frame(BINARY, new byte[1000]);
    try (RawWebSocket client = connect("/echo")) {
      client.write(close);
      for (int i = 0; i < 20; i++) {
        if (!isTaken(client, repeat(data, 1000))) {
          break; // the connection is gone already, as it may be
        }
      }
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("closed 1000");
      assertThat(events.waiting()).isEmpty();
    }
  }

  private static boolean isTaken(RawWebSocket client, byte[] bytes) {
    try {
      client.write(bytes);
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void ofFragmentsIsClosedWith1009(int size) throws IOException {
    byte[] burst = repeat(frame(0, size, new byte[size]), 1000);
    try (RawWebSocket client = connect("/echo")) {
      client.write(frame(BINARY, size, new byte[size]));
      int bursts = 0;
      while (bursts < 1000 && isTaken(client, burst)) {
        bursts++;
        if (bursts == 40) { // 40,000 fragments at 64 bytes are more than twice the limit
          break;
        }
      }

      assertThat(client.readUntilClose()).isEqualTo(1009);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void ofTinyMessagesThatTheProgramDoesNotTakeStaysWithThePeer() throws Exception {
    byte[] burst = repeat(frame(TEXT, new byte[] {'x'}), 10_000);
    LongAdder written = new LongAdder();
    Thread writer;
    try (RawWebSocket client = connect("/gated")) {
      writer =
          Thread.startVirtualThread(() -> {
            while (isTaken(client, burst)) {
              written.add(burst.length);
            }
          });
      awaitStandstill(written);

      assertThat(written.sum()).isLessThan(64 << 20); // what sockets hold
      assertThatAGoodClientIsServed();
    }
    writer.join();
  }

  /// Waits until the writer has not come further for a while.
  @SuppressWarnings("ThreadSleep")
  private static void awaitStandstill(LongAdder written) throws InterruptedException {
    long before = -1;
    while (written.sum() != before) {
      before = written.sum();
      Thread.sleep(300);
    }
  }

  @Test
  void ofMessagesIsClosedWith1008WhereThatIsWanted() throws IOException {
    try (RawWebSocket client = connect("/few-messages")) {
      client.write(repeat(frame(TEXT, new byte[] {'x'}), 1000));
      int answered = 0;
      RawWebSocket.Frame frame = client.read();
      while (frame.opcode() == TEXT) {
        answered++;
        frame = client.read();
      }

      assertThat(answered).isBetween(100, 200);
      assertThat(frame.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void ofHandlersThatSleepLeavesControlFramesAnswered() throws IOException {
    List<RawWebSocket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < Floods.of(200, MOST_CLIENTS); i++) {
        clients.add(connect("/gated"));
      }
      for (RawWebSocket client : clients) {
        client.write(frame(PING, new byte[0]));
        assertThat(client.read().opcode()).isEqualTo(PONG);
      }
      assertThatAGoodClientIsServed();
    } finally {
      for (RawWebSocket client : clients) {
        client.close();
      }
    }
  }

  private void assertThatAGoodClientIsServed() throws IOException {
    try (RawWebSocket good = connect("/echo")) {
      assertThatItIsServed(good);
    }
  }

  private static void assertThatItIsServed(RawWebSocket good) throws IOException {
    long start = System.nanoTime();
    good.send("hi");

    assertThat(good.read().text()).isEqualTo("hi");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  private RawWebSocket connect(String path) throws IOException {
    return RawWebSocket.connect(server.port(), path);
  }

  private static byte[] repeat(byte[] frame, int times) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      frames.writeBytes(frame);
    }
    return frames.toByteArray();
  }
}
