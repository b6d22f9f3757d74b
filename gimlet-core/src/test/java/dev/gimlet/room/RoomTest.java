package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Text;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class RoomTest {

  private final Room room = new Rooms().room("lobby");
  private final FakeConnection ann = new FakeConnection(1);
  private final FakeConnection bob = new FakeConnection(2);

  @Test
  void isTheSameForTheSameName() {
    Rooms rooms = new Rooms();

    assertThat(rooms.room("a")).isEqualTo(rooms.room("a")).isNotEqualTo(rooms.room("b"));
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

    assertThat(room.connections()).containsExactly(bob);
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
}
