package dev.gimlet;

import static dev.gimlet.RawWebSocket.CLOSE;
import static dev.gimlet.RawWebSocket.handshake;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.testing.Floods;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.LoopConnection;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that stop reading and later read on, with each policy.
@Timeout(120)
final class SlowConsumerTest {

  private static final int THREADS = 8;
  private static final int MESSAGES = 1500; // of each thread: more than outbox and sockets hold
  private static final int KEYS = 3; // of each thread
  private static final int OUTBOX_BYTES = 256 << 10;
  private static final int LARGEST_BYTES = 3000; // of a message, with what it costs to wait
  private static final String DEFLATE =
      "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n";

  private final AtomicLong told = new AtomicLong();
  private final CompletableFuture<CloseStatus> closed = new CompletableFuture<>();
  private final BlockingQueue<WebSocketConnection> opened = new LinkedBlockingQueue<>();
  private final Gimlet app =
      Gimlet.bare(ServerOptions.builder().events(new CountingEvents()).build());
  private RunningServer server;

  private final class CountingEvents implements ServerEvents {
    @Override
    public void slowConsumer(
        WebSocketConnection connection, SlowConsumerPolicy policy, long messages) {
      told.addAndGet(messages);
    }

    @Override
    public void closed(WebSocketConnection connection, CloseStatus status) {
      closed.complete(status);
    }
  }

  private record Sent(int thread, int number, SendResult result) {}

  private record Arrived(int thread, int number) {}

  @BeforeEach
  void start() {
    var keep =
        new WebSocketListener() {
          @Override
          public void onOpen(WebSocketConnection connection) {
            opened.add(connection);
          }
        };
    for (SlowConsumerPolicy policy : SlowConsumerPolicy.values()) {
      app.ws("/" + policy, options(policy).build(), keep);
      app.ws("/roomy/" + policy, options(policy).outboxBytes(1 << 30).build(), keep);
    }
    server = app.start(0);
  }

  private static WebSocketOptions.Builder options(SlowConsumerPolicy policy) {
    return WebSocketOptions.builder()
        .outboxBytes(OUTBOX_BYTES)
        .slowConsumerPolicy(policy)
        .closeTimeout(Duration.ofSeconds(60));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "CLOSE, false",
    "CLOSE, true",
    "DROP_NEWEST, false",
    "DROP_NEWEST, true",
    "DROP_OLDEST, false",
    "DROP_OLDEST, true",
    "LATEST_PER_KEY, false",
    "LATEST_PER_KEY, true"
  })
  void getWhatThePolicySaysAndNoMoreIsForgottenThanTold(
      SlowConsumerPolicy policy, boolean compressed) throws Exception {
    try (RawWebSocket peer = connect("/" + policy, compressed)) {
      WebSocketConnection connection = opened.take();

      List<Sent> sent = sendFromManyThreads(connection);
      connection.close();
      List<Arrived> arrived = readToTheEnd(peer);
      closed.get(30, SECONDS);

      long accepted = sent.stream().filter(it -> it.result() == SendResult.ACCEPTED).count();
      long refused = sent.stream().filter(it -> it.result() == SendResult.DROPPED).count();
      long dropped = connection.statistics().droppedMessages();
      assertThat(told).hasValue(dropped);
      assertThat(connection.statistics().messagesSent()).isEqualTo(arrived.size());
      assertThat(connection.statistics().waitingBytes()).isZero();
      switch (policy) {
        case CLOSE -> {
          assertThat(arrived).hasSize((int) accepted);
          assertThat(dropped).isEqualTo(1);
        }
        case DROP_NEWEST -> {
          assertThat(arrived).hasSize((int) accepted);
          assertThat(dropped).isEqualTo(refused).isPositive();
        }
        case DROP_OLDEST -> {
          assertThat(accepted).isEqualTo(sent.size());
          assertThat(arrived).hasSize((int) (accepted - dropped));
          assertThat(dropped).isPositive();
          assertThat(arrived).last().extracting(Arrived::number).isEqualTo(MESSAGES - 1);
        }
        case LATEST_PER_KEY -> {
          assertThat(accepted).isEqualTo(sent.size());
          assertThat(arrived).hasSize((int) (accepted - dropped));
          assertThat(dropped).isPositive();
          assertThat(arrived).contains(lastOfEachKey());
        }
      }
      assertThatOrderIsKept(policy, arrived);
    }
  }

  /// What was accepted when a thread closes is not lost behind the close frame; nothing is full
  /// here.
  @ParameterizedTest
  @EnumSource
  void getWhatWasAcceptedWhileAnotherThreadClosed(SlowConsumerPolicy policy) throws Exception {
    for (int round = 0; round < Floods.of(5, 20); round++) {
      try (RawWebSocket peer = connect("/roomy/" + policy, false);
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        WebSocketConnection connection = opened.take();
        List<Future<Integer>> accepted = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          int name = thread;
          accepted.add(threads.submit(() -> sendUntilClosed(connection, name)));
        }
        while (connection.statistics().messagesSent() < round) {
          Thread.onSpinWait();
        }
        connection.close();
        List<Arrived> arrived = readToTheEnd(peer);

        int sum = 0;
        for (Future<Integer> each : accepted) {
          sum += each.get();
        }
        assertThat(arrived).hasSize(sum);
      }
    }
  }

  private static int sendUntilClosed(WebSocketConnection connection, int thread) {
    int accepted = 0;
    for (int number = 0; connection.isOpen(); number++) {
      boolean prepared = number % 2 == 0;
      Message message = Text.of(thread + " " + number);
      SendResult result =
          prepared ? connection.send(PreparedMessage.of(message)) : connection.send(message);
      accepted += result == SendResult.ACCEPTED ? 1 : 0;
    }
    return accepted;
  }

  /// Each thread sends numbered messages, every second one prepared, and looks at what waits.
  private static List<Sent> sendFromManyThreads(WebSocketConnection connection) throws Exception {
    List<Sent> sent = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<List<Sent>>> results = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int name = thread;
        results.add(threads.submit(() -> sendNumbered(connection, name)));
      }
      for (Future<List<Sent>> result : results) {
        sent.addAll(result.get());
      }
    }
    return sent;
  }

  private static List<Sent> sendNumbered(WebSocketConnection connection, int thread) {
    Random random = new Random(thread);
    List<Sent> sent = new ArrayList<>();
    for (int number = 0; number < MESSAGES; number++) {
      byte[] noise = new byte[500 + random.nextInt(700)];
      random.nextBytes(noise);
      String key = thread + "/" + number % KEYS;
      Message message = Text.of(thread + " " + number + " " + HexFormat.of().formatHex(noise));
      SendResult result =
          number % 2 == 0
              ? connection.send(message, key)
              : connection.send(PreparedMessage.of(message, key));
      sent.add(new Sent(thread, number, result));
      assertThat(connection.statistics().waitingBytes())
          .isLessThanOrEqualTo(OUTBOX_BYTES + LARGEST_BYTES);
    }
    return sent;
  }

  private static Arrived[] lastOfEachKey() {
    List<Arrived> last = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      for (int key = 0; key < KEYS; key++) {
        last.add(new Arrived(thread, MESSAGES - KEYS + key));
      }
    }
    return last.toArray(Arrived[]::new);
  }

  /// For each thread; where the newest takes an older one's place, for each of its keys.
  private static void assertThatOrderIsKept(SlowConsumerPolicy policy, List<Arrived> arrived) {
    int keys = policy == SlowConsumerPolicy.LATEST_PER_KEY ? KEYS : 1;
    for (int thread = 0; thread < THREADS; thread++) {
      for (int key = 0; key < keys; key++) {
        int ofThread = thread;
        int ofKey = key;
        assertThat(arrived)
            .filteredOn(it -> it.thread() == ofThread && it.number() % keys == ofKey)
            .extracting(Arrived::number)
            .isSorted()
            .doesNotHaveDuplicates();
      }
    }
  }

  private RawWebSocket connect(String path, boolean compressed) throws IOException {
    RawWebSocket peer = RawWebSocket.dial(server.port(), 4096);
    peer.write(handshake(path, compressed ? DEFLATE : ""));
    assertThat(peer.readHead().contains("permessage-deflate")).isEqualTo(compressed);
    return peer;
  }

  private static List<Arrived> readToTheEnd(RawWebSocket peer) throws Exception {
    List<Arrived> arrived = new ArrayList<>();
    RawWebSocket.Frame frame = peer.read();
    while (frame.opcode() != CLOSE) {
      String[] words =
          (frame.isCompressed() ? inflate(frame.payload()) : frame.text()).split(" ", -1);
      arrived.add(new Arrived(Integer.parseInt(words[0]), Integer.parseInt(words[1])));
      frame = peer.read();
    }
    peer.write(RawWebSocket.frame(CLOSE, frame.payload()));
    assertThat(peer.isAtEnd()).isTrue();
    return arrived;
  }

  private static String inflate(byte[] compressed) throws DataFormatException {
    var out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try (Inflater inflater = new Inflater(true)) {
      for (byte[] part : List.of(compressed, new byte[] {0, 0, -1, -1})) { // RFC 7692 §7.2.2
        inflater.setInput(part);
        for (int count = inflater.inflate(buffer); count > 0; count = inflater.inflate(buffer)) {
          out.write(buffer, 0, count);
        }
      }
    }
    return out.toString(UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void thatDieDisturbNobodyElse(SlowConsumerPolicy policy) throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.port());
        RawWebSocket first = RawWebSocket.connect(server.port(), "/" + policy);
        RawWebSocket dying = RawWebSocket.connectSmall(proxy.port(), "/" + policy);
        RawWebSocket last = RawWebSocket.connect(server.port(), "/" + policy)) {
      List<WebSocketConnection> all = List.of(opened.take(), opened.take(), opened.take());
      proxy.stall();

      CompletableFuture<List<SendResult>> results = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> results.complete(sendToAll(all, 200, proxy)));

      for (int i = 0; i < 200; i++) {
        assertThat(first.read().text()).startsWith(i + " ");
        assertThat(last.read().text()).startsWith(i + " ");
      }
      assertThat(results.get(30, SECONDS)).hasSize(600); // none was thrown
      assertThat(closed.get(30, SECONDS).code()).isIn(1006, 1008);
      assertThat(all).filteredOn(WebSocketConnection::isOpen).hasSize(2);
      assertThat(dying).isNotNull();
    }
  }

  /// One who is in the middle dies in the middle.
  private static List<SendResult> sendToAll(
      List<WebSocketConnection> all, int messages, FaultProxy proxy) {
    List<SendResult> results = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      if (i == messages / 2) {
        proxy.reset();
      }
      for (WebSocketConnection connection : all) {
        results.add(connection.send(i + " " + "x".repeat(1000)));
      }
    }
    return results;
  }

  @Nested
  class ALoop {

    private final CompletableFuture<Boolean> room = new CompletableFuture<>();
    private RunningServer loops = Gimlet.bare().start(0);

    @AfterEach
    void stop() {
      loops.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {16 << 10, OUTBOX_BYTES})
    void thatWaitsForRoomSendsAnyAmountAtThePeersPace(int outboxBytes) throws Exception {
      int messages = 2000;
      serve(
          outboxBytes,
          connection -> {
            int sent = 0;
            while (sent < messages && connection.awaitRoom()) {
              connection.send("x".repeat(10_000)); // 20 MB in all
              sent++;
            }
          });
      try (RawWebSocket peer = RawWebSocket.connectSmall(loops.port(), "/loop")) {
        for (int i = 0; i < messages; i++) {
          assertThat(peer.read().payload()).hasSize(10_000);
        }
        assertThat(peer.readUntilClose()).isEqualTo(1000);
      }
    }

    @Test
    void hearsThatThereWillBeNoRoomWhenThePeerIsGone() throws Exception {
      serve(connection -> {
        while (connection.awaitRoom()) {
          connection.send("x".repeat(10_000));
        }
        room.complete(connection.isOpen());
      });
      RawWebSocket peer = RawWebSocket.connectSmall(loops.port(), "/loop");
      assertThat(peer.read().payload()).hasSize(10_000);
      peer.reset();

      assertThat(room.get(30, SECONDS)).isFalse();
    }

    @Test
    void hearsThatThereWillBeNoRoomWhenAnotherThreadCloses() throws Exception {
      CompletableFuture<LoopConnection> full = new CompletableFuture<>();
      serve(connection -> {
        fill(connection);
        full.complete(connection);
        room.complete(connection.awaitRoom());
      });
      try (RawWebSocket peer = RawWebSocket.connectSmall(loops.port(), "/loop")) {
        full.get(30, SECONDS).close();

        assertThat(room.get(30, SECONDS)).isFalse();
        assertThat(peer).isNotNull();
      }
    }

    @Test
    void stopsWaitingForRoomWhenItIsInterrupted() throws Exception {
      CompletableFuture<Thread> full = new CompletableFuture<>();
      serve(connection -> {
        fill(connection);
        full.complete(Thread.currentThread());
        boolean answer = connection.awaitRoom();
        room.complete(answer || !Thread.currentThread().isInterrupted() || !connection.isOpen());
      });
      try (RawWebSocket peer = RawWebSocket.connectSmall(loops.port(), "/loop")) {
        full.get(30, SECONDS).interrupt();

        assertThat(room.get(30, SECONDS)).isFalse();
        assertThat(peer).isNotNull();
      }
    }

    @Test
    void mayNotWaitOnTheEventLoop() throws Exception {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      serve(connection ->
          connection
              .eventLoop()
              .execute(() -> {
                try {
                  connection.awaitRoom();
                } catch (IllegalStateException expected) {
                  thrown.complete(expected);
                }
              }));
      try (RawWebSocket peer = RawWebSocket.connect(loops.port(), "/loop")) {
        assertThat(thrown.get(30, SECONDS)).hasMessageContaining("event loop");
        assertThat(peer).isNotNull();
      }
    }

    /// With one message, more than sockets hold.
    private static void fill(LoopConnection connection) {
      connection.send(new byte[32 << 20]);
    }

    private void serve(WebSocketHandler handler) {
      serve(OUTBOX_BYTES, handler);
    }

    private void serve(int outboxBytes, WebSocketHandler handler) {
      Gimlet program = Gimlet.bare(ServerOptions.builder().build());
      program.ws(
          "/loop", options(SlowConsumerPolicy.CLOSE).outboxBytes(outboxBytes).build(), handler);
      loops.close();
      loops = program.start(0);
    }
  }

  @Test
  void numbersOfAConnectionAreThoseOfItsConversation() throws Exception {
    Instant before = Instant.now();
    try (RawWebSocket peer = RawWebSocket.connect(server.port(), "/CLOSE")) {
      WebSocketConnection connection = opened.take();
      CompletableFuture<Void> written = new CompletableFuture<>();
      peer.send("héllo"); // 6 bytes
      peer.write(RawWebSocket.frame(RawWebSocket.BINARY, new byte[70_000]));
      peer.write(RawWebSocket.frame(RawWebSocket.PING, new byte[5]));
      assertThat(peer.read().opcode()).isEqualTo(RawWebSocket.PONG);
      connection.send("abc");
      connection.send(PreparedMessage.of(Text.of("ü")));
      connection.ping();
      assertThat(peer.read().text()).isEqualTo("abc");
      assertThat(peer.read().text()).isEqualTo("ü");
      assertThat(peer.read().opcode()).isEqualTo(RawWebSocket.PING);
      connection.eventLoop().execute(() -> written.complete(null));
      written.get(30, SECONDS);

      var statistics = connection.statistics();
      assertThat(statistics.openedAt())
          .isBetween(before.minusMillis(1), Instant.now().plusMillis(1));
      assertThat(statistics.messagesReceived()).isEqualTo(2);
      assertThat(statistics.bytesReceived()).isEqualTo(70_006);
      assertThat(statistics.messagesSent()).isEqualTo(2);
      assertThat(statistics.bytesSent()).isEqualTo(5);
      assertThat(statistics.waitingBytes()).isZero();
      assertThat(statistics.droppedMessages()).isZero();
    }
  }
}
