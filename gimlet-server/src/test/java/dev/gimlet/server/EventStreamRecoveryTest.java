package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.room.Room;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.server.rooms.ApiKeys;
import dev.gimlet.server.rooms.RoomRoutes;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Listeners that read, and missed what takes more than their outbox once it is encoded.
@Timeout(60)
class EventStreamRecoveryTest {

  private final Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
  private final RunningServer server = start();
  private final Room room = app.room("lobby");

  private RunningServer start() {
    app.rooms("*", RoomOptions.builder().history(100_000, Duration.ofHours(1)).build());
    RoomRoutes.register(app, app::room, ApiKeys.NONE);
    return app.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void bringsAMessageOfVeryManyLinesAndTheNext() throws Exception {
    String seen = publish("seen");
    String lines = "\n".repeat(350_000) + "x";
    publish(lines);
    publish("after");

    assertThat(recover(seen, 2).equals(List.of(lines, "after"))).isTrue(); // too long to be shown
  }

  @Test
  void bringsVeryManySmallMessages() throws Exception {
    String seen = publish("seen");
    List<String> texts =
        IntStream.range(0, 20_000).mapToObj("a message of %07d"::formatted).toList();
    for (String text : texts) {
      publish(text);
    }

    assertThat(recover(seen, texts.size()).equals(texts)).isTrue();
  }

  private String publish(String text) {
    return room.publish(text).join().position().orElseThrow().toString();
  }

  private List<String> recover(String since, int count) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.port() + "/rooms/lobby/events");
    List<String> texts = new ArrayList<>();
    try (EventReader reader = EventReader.open(address, "Last-Event-ID", since)) {
      while (texts.size() < count) {
        texts.add(reader.next().data());
      }
    }
    return texts;
  }
}
