package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.room.InMemoryBroker;
import dev.gimlet.room.Room;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.spi.Broker;
import dev.gimlet.spi.BrokerListener;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Retention;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What members of rooms still get from a server that is closed.
@Timeout(120)
final class RunningServerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60); // a quarter of it for rooms

  private final LateBroker broker = new LateBroker();
  private final Gimlet app =
      Gimlet.bare(ServerOptions.builder().broker(broker).events(broker).build());
  private final Room room = app.room("room");

  @Test
  void givesTheLatestOfARoomThatConflatesBeforeItCloses() throws Exception {
    app.rooms("room", RoomOptions.builder().conflation(Duration.ofHours(1)).build());

    assertThatIsReadBeforeTheClose(
        "2",
        client -> {
          room.publish("1");
          room.publish("2");
          assertThat(client.read().text()).isEqualTo("1");
        });
  }

  @Test
  void givesWhatTheBrokerTakesLateBeforeItCloses() throws Exception {
    assertThatIsReadBeforeTheClose(
        "taken late",
        _ -> {
          broker.takesLate = true;
          room.publish("taken late");
        });
  }

  @Test
  void givesWhatTheBrokerBringsBackLateBeforeItCloses() throws Exception {
    assertThatIsReadBeforeTheClose("brought late", _ -> broker.bringsLate = "brought late");
  }

  @Test
  void closesWithoutABrokerThatBringsNoEndAfterAQuarterOfItsTime() throws Exception {
    broker.isEndless = true;
    app.ws("/room", new Joining());
    RunningServer server = app.start(0);
    Thread closing;
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/room")) {
      assertThat(client.read().text()).isEqualTo("joined");

      closing = Thread.startVirtualThread(() -> server.close(Duration.ofSeconds(8)));

      assertThat(client.read().closeCode()).isEqualTo(CloseStatus.GOING_AWAY.code());
    }
    assertThat(closing.join(PATIENCE)).isTrue();
  }

  private interface Act {
    void with(RawWebSocket client) throws IOException;
  }

  private void assertThatIsReadBeforeTheClose(String last, Act act) throws Exception {
    app.ws("/room", new Joining());
    RunningServer server = app.start(0);
    Thread closing;
    try (RawWebSocket client = RawWebSocket.connect(server.port(), "/room")) {
      assertThat(client.read().text()).isEqualTo("joined");
      act.with(client);

      closing = Thread.startVirtualThread(() -> server.close(PATIENCE));

      assertThat(client.read().text()).isEqualTo(last);
      assertThat(client.read().closeCode()).isEqualTo(CloseStatus.GOING_AWAY.code());
    }
    closing.join();
  }

  private final class Joining implements WebSocketListener {

    @Override
    public void onOpen(WebSocketConnection connection) {
      room.join(connection);
      connection.send("joined");
    }
  }

  /// A broker in memory that can be late: what it is given, or brings, comes once the server closes
  /// and could long have closed everything.
  private static final class LateBroker implements Broker, ServerEvents {

    private final Broker inner = InMemoryBroker.create();
    private final Executor late = CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS);
    private final CompletableFuture<Void> draining = new CompletableFuture<>();
    private volatile boolean takesLate;
    private volatile String bringsLate = "";
    private volatile boolean isEndless; // and never drained

    @Override
    public void draining(Duration timeout) {
      draining.complete(null);
    }

    @Override
    public void start(BrokerListener listener) {
      inner.start(listener);
    }

    @Override
    public CompletableFuture<Published> publish(
        String room, Message message, PublishOptions options, Retention retention) {
      return takesLate
          ? draining.thenComposeAsync(_ -> inner.publish(room, message, options, retention), late)
          : inner.publish(room, message, options, retention);
    }

    @Override
    public CompletableFuture<Void> drained() {
      if (isEndless) {
        return new CompletableFuture<>();
      }
      return bringsLate.isEmpty() ? inner.drained() : draining.thenRunAsync(this::bring, late);
    }

    private void bring() {
      inner.publish("room", Text.of(bringsLate), PublishOptions.NONE, Retention.NONE).join();
    }

    @Override
    public CompletableFuture<Void> subscribe(String room, Retention retention) {
      return inner.subscribe(room, retention);
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String room) {
      return inner.unsubscribe(room);
    }

    @Override
    public CompletableFuture<History> history(String room, int limit, Retention retention) {
      return inner.history(room, limit, retention);
    }

    @Override
    public CompletableFuture<Recovery> recover(String room, Position since, Retention retention) {
      return inner.recover(room, since, retention);
    }

    @Override
    public CompletableFuture<Void> announce(String room, PresenceNotice notice) {
      return inner.announce(room, notice);
    }

    @Override
    public boolean isReady() {
      return inner.isReady();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
