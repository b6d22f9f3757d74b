package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ConnectionStatistics;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class RoomTest {

  private final Room room = new Rooms().room("lobby");
  private final FakeConnection ann = new FakeConnection(1);
  private final FakeConnection bob = new FakeConnection(2);

  @Test
  void isTheSameForTheSameName() {
    Rooms rooms = new Rooms();

    assertThat(rooms.room("a")).isSameAs(rooms.room("a")).isNotSameAs(rooms.room("b"));
    assertThat(rooms.room("a").name()).isEqualTo("a");
  }

  @Test
  void publishesToEveryMember() {
    room.join(ann);
    room.join(bob);

    room.publish("hello");

    assertThat(ann.received).containsExactly(Text.of("hello"));
    assertThat(bob.received).containsExactly(Text.of("hello"));
  }

  @Test
  void countsAMemberOnce() {
    room.join(ann);
    room.join(ann);

    room.publish("hello");

    assertThat(room.size()).isEqualTo(1);
    assertThat(ann.received).hasSize(1);
  }

  @Test
  void forgetsWhoLeaves() {
    room.join(ann);
    room.join(bob);

    room.leave(ann);

    assertThat(room.members()).containsExactly(bob);
  }

  @Test
  void forgetsWhoIsClosed() {
    room.join(ann);

    ann.close(CloseStatus.NORMAL_CLOSURE);

    assertThat(room.size()).isZero();
  }

  @Test
  void neverKeepsWhoWasClosedBeforeJoining() {
    ann.close(CloseStatus.NORMAL_CLOSURE);

    room.join(ann);

    assertThat(room.size()).isZero();
  }

  @Test
  void givesAllMembersTheSameOrder() {
    room.join(ann);
    room.join(bob);
    try (var publishers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 1000; i++) {
        String text = Integer.toString(i);
        publishers.execute(() -> room.publish(text));
      }
    }

    assertThat(ann.received).hasSize(1000).isEqualTo(bob.received);
  }

  /// A connection without a network; thread-safe through synchronized lists.
  private static final class FakeConnection implements WebSocketConnection {

    private final long id;
    private final List<Message> received = Collections.synchronizedList(new ArrayList<>());
    private final List<Consumer<CloseStatus>> callbacks = new ArrayList<>();
    private Optional<CloseStatus> closed = Optional.empty();

    FakeConnection(long id) {
      this.id = id;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public SendResult send(Message message) {
      received.add(message);
      return SendResult.ACCEPTED;
    }

    @Override
    public SendResult send(PreparedMessage message) {
      return send(message.message());
    }

    @Override
    public void ping() {}

    @Override
    public void close(CloseStatus status) {
      closed = Optional.of(status);
      callbacks.forEach(callback -> callback.accept(status));
    }

    @Override
    public boolean isOpen() {
      return closed.isEmpty();
    }

    @Override
    public Optional<CloseStatus> closeStatus() {
      return closed;
    }

    @Override
    public void whenClosed(Consumer<CloseStatus> callback) {
      callbacks.add(callback);
      closed.ifPresent(callback);
    }

    @Override
    public ConnectionStatistics statistics() {
      return new ConnectionStatistics(Instant.EPOCH, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public Optional<String> subprotocol() {
      return Optional.empty();
    }

    @Override
    public SocketAddress remoteAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public Optional<String> user() {
      return Optional.empty();
    }

    @Override
    public Executor eventLoop() {
      return Runnable::run;
    }

    @Override
    public <T> Optional<T> attribute(String name, Class<T> type) {
      return Optional.empty();
    }

    @Override
    public void attribute(String name, Object value) {
      throw new UnsupportedOperationException();
    }
  }
}
