package dev.gimlet.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.ServerOptions;
import dev.gimlet.http.EventStream;
import dev.gimlet.http.ServerSentEvent;
import dev.gimlet.room.Room;
import dev.gimlet.spi.Position;
import dev.gimlet.websocket.SendResult;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsEndpointTest {

  private final Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
  private final Room room = app.room("lobby");

  @ParameterizedTest
  @ValueSource(strings = {"", "gone:7"})
  void keepsNoMemberWhoseStreamEndedBeforeItJoined(String since) {
    Position start = since.isEmpty() ? Position.NONE : Position.parse(since);
    try (var _ = app.start(0)) {
      EventsEndpoint.join(new EndedStream(), room, start);

      assertThat(room.size()).isZero();
    }
  }

  /// A stream whose client is gone. Immutable.
  private static final class EndedStream implements EventStream {

    @Override
    public SendResult send(ServerSentEvent event) {
      return SendResult.CLOSED;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
      return false;
    }

    @Override
    public void whenClosed(Consumer<End> callback) {
      callback.accept(End.CLIENT_GONE);
    }

    @Override
    public SocketAddress remoteAddress() {
      return InetSocketAddress.createUnresolved("client", 1);
    }

    @Override
    public Optional<String> user() {
      return Optional.empty();
    }

    @Override
    public Executor eventLoop() {
      return Runnable::run;
    }
  }
}
