package dev.gimlet;

import static dev.gimlet.RawWebSocket.BINARY;
import static dev.gimlet.RawWebSocket.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.room.Room;
import dev.gimlet.transport.ScarceMemory;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.LoopConnection;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Memory that is not to be had, for one connection among others on the same event loop.
@Timeout(60)
final class MemoryFaultTest {

  private static final int LARGE = 100_000; // more than the buffers that are lent
  private static final int SENT = 20;

  /// Nobody but the server's own care for its connections ends them in the time of a test.
  private static final WebSocketOptions PATIENT =
      WebSocketOptions.builder().closeTimeout(Duration.ofHours(1)).build();

  private final RecordingEvents events = new RecordingEvents();
  private final Gimlet app =
      Gimlet.bare(ServerOptions.builder().eventLoops(1).events(events).build());
  private final CompletableFuture<WebSocketConnection> poor = new CompletableFuture<>();
  private final CompletableFuture<WebSocketConnection> rich = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletableFuture<CloseStatus> last = new CompletableFuture<>();
  private RunningServer server;

  @BeforeEach
  void start() {
    for (int buffers = 0; buffers < 4; buffers++) {
      app.ws("/poor/" + buffers, new Echo(poor, buffers));
    }
    app.ws("/rich", new Echo(rich, Integer.MAX_VALUE));
    app.ws("/greedy", PATIENT, new Greedy());
    app.ws("/last", this::wasteAtTheEnd);
    app.ws("/closing", new WastesOnClose(last));
    app.ws("/wasteful", WebSocketListener.onMessage(MemoryFaultTest::waste));
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void waste(WebSocketConnection connection, Message message) {
    throw new OutOfMemoryError("wasted by " + connection + " for " + message);
  }

  private void wasteAtTheEnd(LoopConnection connection) {
    connection.whenClosed(status -> {
      throw new OutOfMemoryError("wasted for " + status);
    });
    connection.receive();
    ended.complete(null);
  }

  private static final class Greedy implements WebSocketListener {

    @Override
    public void onOpen(WebSocketConnection connection) {
      throw new OutOfMemoryError("wasted by " + connection);
    }
  }

  private record WastesOnClose(CompletableFuture<CloseStatus> last) implements WebSocketListener {

    @Override
    public void onOpen(WebSocketConnection connection) {
      connection.whenClosed(status -> {
        throw new OutOfMemoryError("wasted by the first callback");
      });
      connection.whenClosed(last::complete);
    }

    @Override
    public void onClose(WebSocketConnection connection, CloseStatus status) {
      throw new OutOfMemoryError("wasted by onClose");
    }
  }

  private record Echo(CompletableFuture<WebSocketConnection> opened, int buffers)
      implements WebSocketListener {

    @Override
    public void onOpen(WebSocketConnection connection) {
      ScarceMemory.of(connection, buffers);
      opened.complete(connection);
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      connection.send(message);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void endsOnlyTheConnectionThatNeedsIt(int buffers) throws IOException {
    try (RawWebSocket good = RawWebSocket.connect(server.port(), "/rich");
        RawWebSocket bad = RawWebSocket.connect(server.port(), "/poor/" + buffers)) {
      assertThatEchoWorks(good);

      assertThat(echoesUntilTheEnd(bad)).isLessThanOrEqualTo(buffers);

      assertThatEchoWorks(good);
      try (RawWebSocket next = RawWebSocket.connect(server.port(), "/rich")) {
        assertThatEchoWorks(next);
      }
    }
  }

  @Test
  void endsOnlyTheConnectionThatAnotherThreadSendsTo() throws Exception {
    try (RawWebSocket bad = RawWebSocket.connect(server.port(), "/poor/0");
        RawWebSocket good = RawWebSocket.connect(server.port(), "/rich")) {
      WebSocketConnection toBad = poor.get(10, TimeUnit.SECONDS);
      WebSocketConnection toGood = rich.get(10, TimeUnit.SECONDS);
      for (int i = 0; i < SENT; i++) {
        toBad.send(new byte[LARGE]);
        toGood.send("still here " + i);
      }

      for (int i = 0; i < SENT; i++) {
        assertThat(good.read().text()).isEqualTo("still here " + i);
      }
      assertThat(bad.isAtEnd()).isTrue();
    }
  }

  @Test
  void endsOnlyTheMemberOfARoomThatNeedsIt() throws Exception {
    try (RawWebSocket bad = RawWebSocket.connect(server.port(), "/poor/0");
        RawWebSocket good = RawWebSocket.connect(server.port(), "/rich")) {
      Room room = app.room("room");
      room.join(poor.get(10, TimeUnit.SECONDS));
      room.join(rich.get(10, TimeUnit.SECONDS));

      for (int i = 0; i < SENT; i++) {
        room.publish("still here " + i);
        assertThat(good.read().text()).isEqualTo("still here " + i);
      }

      assertThat(bad.isAtEnd()).isTrue();
    }
  }

  @Test
  void endsAConnectionThatCouldNotBegin() throws Exception {
    try (RawWebSocket bad = RawWebSocket.connect(server.port(), "/greedy")) {
      assertThat(bad.readUntilClose()).isEqualTo(CloseStatus.INTERNAL_ERROR);
      assertThat(bad.isAtEnd()).isTrue();
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).startsWith("failed wasted by");
      assertThat(events.next()).startsWith("closed");
    }
  }

  @Test
  void endsALoopWhoseConnectionRanOutOfItAtTheEnd() throws Exception {
    try (RawWebSocket bad = RawWebSocket.connect(server.port(), "/last")) {
      bad.reset();

      ended.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void keepsNobodyFromHearingOfTheEnd() throws Exception {
    try (RawWebSocket bad = RawWebSocket.connect(server.port(), "/closing")) {
      bad.reset();

      assertThat(last.get(20, TimeUnit.SECONDS).code()).isEqualTo(1006);
      assertThat(List.of(events.next(), events.next(), events.next(), events.next()))
          .containsExactly(
              "opened",
              "failed wasted by onClose",
              "failed wasted by the first callback",
              "closed 1006");
    }
  }

  @Test
  void isToldOnceWhenTheProgramRanOutOfIt() throws Exception {
    try (RawWebSocket bad = RawWebSocket.connect(server.port(), "/wasteful")) {
      bad.send("go");

      List<String> told = new ArrayList<>();
      while (told.stream().noneMatch(event -> event.startsWith("closed"))) {
        told.add(events.next());
      }
      assertThat(told).filteredOn(event -> event.startsWith("failed wasted by")).hasSize(1);
      assertThat(told).hasSize(3).startsWith("opened");
      try (RawWebSocket next = RawWebSocket.connect(server.port(), "/rich")) {
        assertThatEchoWorks(next);
      }
    }
  }

  private static void assertThatEchoWorks(RawWebSocket client) throws IOException {
    client.write(frame(BINARY, new byte[LARGE]));
    assertThat(client.read().payload()).hasSize(LARGE);
  }

  /// How many large messages come back before the server ends the connection.
  private static int echoesUntilTheEnd(RawWebSocket client) {
    int echoes = 0;
    try {
      while (true) {
        client.write(frame(BINARY, new byte[LARGE]));
        if (client.read().payload().length != LARGE) {
          return echoes;
        }
        echoes++;
      }
    } catch (IOException ended) {
      return echoes;
    }
  }
}
