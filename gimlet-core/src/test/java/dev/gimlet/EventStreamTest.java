package dev.gimlet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.Context;
import dev.gimlet.http.EventStream;
import dev.gimlet.http.EventStream.End;
import dev.gimlet.http.ServerSentEvent;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Streams of events as a client sees them that reads bytes.
@Timeout(240)
final class EventStreamTest {

  private static final String GET = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";

  /// Thread-safe: concurrent queues.
  private static final class StreamEvents implements ServerEvents {

    private final BlockingQueue<EventStream> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<End> closed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failed = new LinkedBlockingQueue<>();

    @Override
    public void streamOpened(EventStream stream) {
      opened.add(stream);
    }

    @Override
    public void streamClosed(EventStream stream, End end) {
      closed.add(end);
    }

    @Override
    public void handlerFailed(String where, Throwable failure) {
      failed.add(where);
    }
  }

  private final BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
  private final StreamEvents events = new StreamEvents();
  private @Nullable RunningServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private int start() {
    return start(WebSocketOptions.builder().build());
  }

  private int start(WebSocketOptions options) {
    return start(ServerOptions.builder().webSocket(options));
  }

  private int start(ServerOptions.Builder options) {
    Gimlet app = Gimlet.bare(options.events(events).eventLoops(1).build());
    app.get("/events", context -> streams.add(context.eventStream()))
        .get("/faulty", EventStreamTest::fail)
        .ws(
            "/ws",
            WebSocketListener.onMessage((connection, message) ->
                connection.send(
                    Boolean.toString(
                        connection.eventLoop().equals(streams.element().eventLoop())))));
    RunningServer started = app.start(0);
    server = started;
    return started.port();
  }

  private static void fail(Context context) {
    context.eventStream();
    throw new IllegalStateException("broken");
  }

  private EventStream stream() throws InterruptedException {
    return requireNonNull(streams.poll(20, TimeUnit.SECONDS), "no stream within 20 s");
  }

  private End closed() throws InterruptedException {
    return requireNonNull(events.closed.poll(20, TimeUnit.SECONDS), "not closed within 20 s");
  }

  @Test
  void goesOnAfterItsHandlerHasReturned() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send(GET);
      RawHttp.Response head = client.read();
      EventStream stream = stream();

      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("Content-Type")).hasValue("text/event-stream");
      assertThat(head.field("Cache-Control")).hasValue("no-store");
      assertThat(head.field("Connection")).hasValue("close");
      assertThat(head.field("Content-Length")).isEmpty();
      assertThat(stream.isOpen()).isTrue();
      assertThat(stream.send(ServerSentEvent.of("one").id("e:1"))).isEqualTo(SendResult.ACCEPTED);
      assertThat(client.readLine()).isEqualTo("id: e:1");
      assertThat(client.readLine()).isEqualTo("data: one");
      assertThat(client.readLine()).isEmpty();
    }
  }

  @Test
  void endsBehindWhatWasSent() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send(GET);
      client.read();
      EventStream stream = stream();
      CompletableFuture<End> end = new CompletableFuture<>();
      stream.whenClosed(end::complete);
      for (int i = 0; i < 1000; i++) {
        stream.send("event " + i);
      }

      stream.close();
      stream.close();

      assertThat(stream.send("late")).isEqualTo(SendResult.CLOSED);
      for (int i = 0; i < 1000; i++) {
        assertThat(client.readLine()).isEqualTo("data: event " + i);
        assertThat(client.readLine()).isEmpty();
      }
      assertThat(client.isAtEnd()).isTrue();
      assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(End.CLOSED);
      assertThat(closed()).isEqualTo(End.CLOSED);
      assertThat(stream.isOpen()).isFalse();
      CompletableFuture<End> late = new CompletableFuture<>();
      stream.whenClosed(late::complete);
      assertThat(late.get(20, TimeUnit.SECONDS)).isEqualTo(End.CLOSED);
    }
    assertThat(events.closed).isEmpty();
  }

  @Test
  void noticesThatItsClientLeaves() throws Exception {
    int port = start();
    try (RawHttp client = RawHttp.connect(port)) {
      client.send(GET);
      client.read();
    }
    EventStream stream = stream();

    assertThat(closed()).isEqualTo(End.CLIENT_GONE);
    assertThat(stream.isOpen()).isFalse();
    assertThat(stream.send("late")).isEqualTo(SendResult.CLOSED);
  }

  @Test
  void noticesAReset() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send(GET);
      client.read();
      client.reset();

      assertThat(closed()).isEqualTo(End.CLIENT_GONE);
    }
  }

  @Test
  void isClosedAtOnceForHead() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.read(true).field("Content-Type")).hasValue("text/event-stream");
      assertThat(client.isAtEnd()).isTrue();
      assertThat(closed()).isEqualTo(End.CLOSED);
      assertThat(stream().send("nobody reads this")).isEqualTo(SendResult.CLOSED);
    }
  }

  @Test
  void speaksToOldClients() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send("GET /events HTTP/1.0\r\n\r\n");

      assertThat(client.read().field("Transfer-Encoding")).isEmpty();
      stream().send("hi");
      assertThat(client.readLine()).isEqualTo("data: hi");
    }
  }

  @Test
  void ignoresWhatItsClientStillSays() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send(GET + "GET /events HTTP/1.1\r\nHost: a\r\n\r\n" + "x".repeat(200_000));
      client.read();
      EventStream stream = stream();
      client.send("y".repeat(200_000));
      stream.send("hi");

      assertThat(client.readLine()).isEqualTo("data: hi");
      assertThat(streams).isEmpty();
    }
  }

  @Test
  void isKeptAliveByComments() throws Exception {
    int port =
        start(
            WebSocketOptions.builder()
                .heartbeat(Duration.ofMillis(50), Duration.ofSeconds(20))
                .build());
    try (RawHttp client = RawHttp.connect(port)) {
      client.send(GET);
      client.read();
      for (int i = 0; i < 3; i++) {
        assertThat(client.readLine()).isEqualTo(":");
        assertThat(client.readLine()).isEmpty();
      }
    }
  }

  @Test
  void cutsAClientThatDoesNotRead() throws Exception {
    int port = start(WebSocketOptions.builder().outboxBytes(64 << 10).build());
    try (RawHttp client = RawHttp.connect(port)) {
      client.send(GET);
      EventStream stream = stream();
      String data = "x".repeat(10_000);
      int accepted = 0;
      while (stream.send(data) == SendResult.ACCEPTED) {
        accepted++;
        assertThat(accepted).isLessThan(10_000);
      }

      assertThat(closed()).isEqualTo(End.SLOW_CONSUMER);
      assertThat(accepted).isGreaterThanOrEqualTo(6); // what the outbox holds
    }
  }

  @Test
  void bringsWholeEventsToAClientThatIsTooSlow() throws Exception {
    int port = start(WebSocketOptions.builder().closeTimeout(Duration.ofSeconds(20)).build());
    String large = "x".repeat(16 << 20); // more than the socket takes
    try (RawHttp client = RawHttp.connect(port)) {
      client.send(GET);
      EventStream stream = stream();
      stream
          .eventLoop()
          .execute(() -> {
            stream.send(large);
            stream.send("too much");
          });
      assertThat(closed()).isEqualTo(End.SLOW_CONSUMER);

      client.read();
      assertThat(client.readLine().equals("data: " + large)).isTrue(); // too long to be shown
      assertThat(client.readLine()).isEmpty();
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void isNotCutForABurstOfItsEventLoop() throws Exception {
    int count = 30_000; // their least costs are nearly two outboxes
    try (RawHttp client = RawHttp.connect(start())) {
      client.send(GET);
      client.read();
      EventStream stream = stream();
      stream
          .eventLoop()
          .execute(() -> {
            for (int i = 0; i < count; i++) {
              stream.send("event " + i);
            }
            stream.close();
          });

      for (int i = 0; i < count; i++) {
        assertThat(client.readLine()).isEqualTo("data: event " + i);
        assertThat(client.readLine()).isEmpty();
      }
      assertThat(closed()).isEqualTo(End.CLOSED);
    }
  }

  @Test
  void cutsAClientThatTakesNothingForTooLong() throws Exception {
    int port =
        start(
            WebSocketOptions.builder()
                .outboxBytes(64 << 20)
                .sendTimeout(Duration.ofMillis(300))
                .build());
    try (RawHttp client = RawHttp.connect(port)) {
      client.send(GET);
      EventStream stream = stream();
      for (int i = 0; i < 2000; i++) {
        stream.send("x".repeat(10_000)); // more than the socket takes
      }

      assertThat(closed()).isEqualTo(End.SLOW_CONSUMER);
    }
  }

  @Test
  void deliversWhateverItAcceptedWhenSendersAndTheOneWhoClosesMeet() throws Exception {
    int port = start();
    for (int round = 0; round < 5; round++) {
      try (RawHttp client = RawHttp.connect(port)) {
        client.send(GET);
        client.read();
        EventStream stream = stream();
        AtomicInteger accepted = new AtomicInteger();
        List<Thread> senders = new ArrayList<>();
        for (int sender = 0; sender < 4; sender++) {
          senders.add(
              Thread.startVirtualThread(() -> {
                for (int i = 0; i < 2000 && stream.send("word") == SendResult.ACCEPTED; i++) {
                  accepted.incrementAndGet();
                }
              }));
        }
        for (int i = 0; i < 20; i++) {
          client.readLine();
          client.readLine();
        }
        stream.close();
        int received = 20;
        while (!client.isAtEnd()) {
          assertThat(client.readLine()).isEqualTo("data: word");
          client.readLine();
          received++;
        }
        for (Thread sender : senders) {
          sender.join();
        }

        assertThat(received).isEqualTo(accepted.get());
        assertThat(closed()).isEqualTo(End.CLOSED);
      }
    }
  }

  @Test
  void keepsTheOrderOfEachSender() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send(GET);
      client.read();
      EventStream stream = stream();
      List<Thread> senders = new ArrayList<>();
      for (int sender = 0; sender < 4; sender++) {
        int id = sender;
        senders.add(
            Thread.startVirtualThread(() -> {
              for (int i = 0; i < 500; i++) {
                stream.send(id + " " + i);
              }
            }));
      }
      int[] next = new int[4];
      for (int i = 0; i < 2000; i++) {
        String[] words = client.readLine().split(" ", -1);
        assertThat(Integer.parseInt(words[2])).isEqualTo(next[Integer.parseInt(words[1])]++);
        client.readLine();
      }
      for (Thread sender : senders) {
        sender.join();
      }
    }
  }

  @Test
  void endsWhenTheServerGoesDown() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send(GET);
      client.read();
      EventStream stream = stream();
      stream.send("last words");

      requireNonNull(server).close();

      assertThat(client.readLine()).isEqualTo("data: last words");
      assertThat(client.readLine()).isEmpty();
      assertThat(client.isAtEnd()).isTrue();
      assertThat(closed()).isEqualTo(End.GOING_AWAY);
    }
  }

  @Test
  void endsWhenItsHandlerFails() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send("GET /faulty HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.read().status()).isEqualTo(200);
      assertThat(client.isAtEnd()).isTrue();
      assertThat(events.failed.poll(20, TimeUnit.SECONDS)).isEqualTo("GET /faulty");
    }
  }

  @Test
  void outlivesACallbackThatThrows() throws Exception {
    try (RawHttp client = RawHttp.connect(start())) {
      client.send(GET);
      client.read();
      EventStream stream = stream();
      CompletableFuture<End> second = new CompletableFuture<>();
      stream.whenClosed(_ -> {
        throw new IllegalStateException("broken");
      });
      stream.whenClosed(second::complete);

      stream.close();

      assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(End.CLOSED);
      assertThat(events.failed.poll(20, TimeUnit.SECONDS)).startsWith("whenClosed of event stream");
    }
  }

  @Test
  void sharesTheExecutorOfItsLoopWithWebSockets() throws Exception {
    int port = start();
    try (RawHttp client = RawHttp.connect(port);
        RawWebSocket webSocket = RawWebSocket.connect(port, "/ws")) {
      client.send(GET);
      client.read();
      streams.add(stream());
      webSocket.send("?");

      assertThat(webSocket.read().text()).isEqualTo("true");
    }
  }

  @Test
  void worksOverTls(@TempDir Path folder) throws Exception {
    TestCertificate files = TestCertificate.create(folder);
    int port = start(ServerOptions.builder().tls(files.certificate(), files.key()));
    try (RawHttp client = RawHttp.over(new TlsClient(files).connect(port))) {
      client.send(GET);
      client.read();
      EventStream stream = stream();
      stream.send("x".repeat(300_000));
      stream.close();

      assertThat(client.readLine()).hasSize(300_006);
      assertThat(client.readLine()).isEmpty();
      assertThat(client.isAtEnd()).isTrue();
    }
  }
}
