package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.log.LineLimit;
import dev.gimlet.room.InMemoryBroker;
import dev.gimlet.room.Room;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.spi.BrokerException;
import dev.gimlet.websocket.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rooms as members over WebSockets see them.
@Timeout(60)
final class RoomBehaviourTest {

  private final RecordingEvents events = new RecordingEvents();
  private final Gimlet app =
      Gimlet.bare(
          ServerOptions.builder()
              .host("127.0.0.1")
              .eventLoops(2)
              .broker(InMemoryBroker.create())
              .events(events)
              .build());

  @Test
  void newMembersGetTheHistoryAndThenWhatIsLive() throws IOException {
    app.rooms("kept:*", RoomOptions.builder().history(100, Duration.ofMinutes(1)).build());
    Room room = app.room("kept:1");
    room.publish("before the start");
    app.ws(
        "/stay",
        connection -> {
          room.joinWithHistory(connection, 10);
          for (Message message : connection) {
            room.publish(message);
          }
        });

    try (RunningServer server = app.start(0);
        RawWebSocket first = RawWebSocket.connect(server.port(), "/stay")) {
      assertThat(first.read().text()).isEqualTo("before the start");
      first.send("hello");
      assertThat(first.read().text()).isEqualTo("hello");
      try (RawWebSocket second = RawWebSocket.connect(server.port(), "/stay")) {
        assertThat(second.read().text()).isEqualTo("before the start");
        assertThat(second.read().text()).isEqualTo("hello");
        second.send("bye");
        assertThat(second.read().text()).isEqualTo("bye");
        assertThat(first.read().text()).isEqualTo("bye");
      }
    }
  }

  @Test
  void membersOfSeveralLoopsSeeOneOrder() throws IOException {
    Room room = app.room("room");
    app.ws(
        "/room",
        connection -> {
          room.join(connection);
          connection.send("joined");
          for (Message message : connection) {
            room.publish(message);
          }
        });
    int members = 8;
    int each = 100;

    try (RunningServer server = app.start(0)) {
      List<RawWebSocket> clients = new ArrayList<>();
      for (int i = 0; i < members; i++) {
        clients.add(RawWebSocket.connect(server.port(), "/room"));
        assertThat(clients.getLast().read().text()).isEqualTo("joined");
      }
      for (int i = 0; i < each; i++) {
        for (RawWebSocket client : clients) {
          client.send(clients.indexOf(client) + "-" + i);
        }
      }

      List<String> order = read(clients.getFirst(), members * each);
      for (RawWebSocket client : clients.subList(1, members)) {
        assertThat(read(client, members * each)).isEqualTo(order);
      }
      for (RawWebSocket client : clients) {
        client.close();
      }
    }
    assertThat(room.size()).isZero();
  }

  @Test
  void publishingFailsOnceTheServerIsClosed() throws InterruptedException {
    Room room = app.room("room");
    app.start(0).close();

    assertThat(room.publish("late").exceptionNow())
        .isInstanceOf(BrokerException.class)
        .hasMessage("the server is going down");
    assertThat(events.next()).isEqualTo("publish failed: room: the server is going down");
  }

  @Test
  void manyFailuresMakeFewLogLines() {
    Room room = app.room("room");
    app.start(0).close();
    try (LogLines lines = LogLines.capture()) {
      long began = System.nanoTime();
      for (int i = 0; i < 10_000; i++) {
        room.publish("late");
      }
      long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds() + 2;

      assertThat(lines.count()).isBetween(1L, seconds * LineLimit.LINES_PER_SECOND);
    }
  }

  @Test
  void optionsAreGivenBeforeTheStart() {
    try (RunningServer _ = app.start(0)) {
      assertThatThrownBy(() -> app.rooms("a", RoomOptions.defaults()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static List<String> read(RawWebSocket client, int count) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(client.read().text());
    }
    return texts;
  }
}
