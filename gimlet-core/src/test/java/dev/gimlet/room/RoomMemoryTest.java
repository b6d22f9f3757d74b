package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a room with one member costs, as a million of them on one node would.
@Timeout(120)
final class RoomMemoryTest {

  private static final int ROOMS = 50_000;
  private static final int BYTES_PER_ROOM = 1024; // the goal; about 700 when this was written

  @Test
  void aRoomWithOneMemberIsSmallAndOneWithoutIsNothing() {
    Rooms rooms = new Rooms();
    List<FakeConnection> connections = new ArrayList<>();
    for (int i = 0; i < ROOMS; i++) {
      connections.add(new FakeConnection(i));
    }
    rooms.room("warm").join(new FakeMember("up"));
    long before = usedBytes();

    for (FakeConnection connection : connections) {
      rooms.room("room:" + connection.id()).join(connection);
    }
    long with = usedBytes() - before;
    for (FakeConnection connection : connections) {
      rooms.room("room:" + connection.id()).leave(connection);
    }
    long without = usedBytes() - before;

    assertThat(with / ROOMS).isLessThan(BYTES_PER_ROOM);
    assertThat(without / ROOMS).isLessThan(BYTES_PER_ROOM / 4); // what is kept with the connection
    assertThat(rooms.counts().members()).isEqualTo(1);
    assertThat(connections).hasSize(ROOMS);
  }

  private static long usedBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
