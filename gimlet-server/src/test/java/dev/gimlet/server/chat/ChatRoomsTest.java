package dev.gimlet.server.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatRoomsTest {

  private final ChatRooms rooms = new ChatFixture().rooms;

  @Test
  void keepsARoomWhileItIsUsed() {
    ChatRoom lobby = rooms.acquire("lobby");
    leaveEmptyRooms(ChatRooms.MAX_EMPTY_ROOMS + 10);

    assertThat(rooms.acquire("lobby")).isSameAs(lobby);
  }

  @Test
  void keepsAnEmptyRoomForThePageThatComesBack() {
    ChatRoom lobby = rooms.acquire("lobby");
    rooms.release(lobby);

    assertThat(rooms.acquire("lobby")).isSameAs(lobby);
  }

  @Test
  void forgetsTheEmptyRoomsThatWereLeftFirst() {
    ChatRoom lobby = rooms.acquire("lobby");
    rooms.release(lobby);

    leaveEmptyRooms(ChatRooms.MAX_EMPTY_ROOMS);

    assertThat(rooms.size()).isEqualTo(ChatRooms.MAX_EMPTY_ROOMS);
    assertThat(rooms.acquire("lobby")).isNotSameAs(lobby);
  }

  @Test
  void refusesToReleaseWhatNobodyUses() {
    ChatRoom lobby = rooms.acquire("lobby");
    rooms.release(lobby);

    assertThatThrownBy(() -> rooms.release(lobby)).isInstanceOf(IllegalStateException.class);
  }

  private void leaveEmptyRooms(int count) {
    IntStream.range(0, count).forEach(number -> rooms.release(rooms.acquire("room " + number)));
  }
}
