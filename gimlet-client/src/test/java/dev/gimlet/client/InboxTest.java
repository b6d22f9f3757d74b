package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboxTest {

  private final Inbox inbox = new Inbox();

  @Test
  void givesMessagesInOrderAndThenNone() throws Exception {
    inbox.put(Text.of("1"));
    inbox.put(Text.of("2"));
    inbox.end();

    assertThat(inbox.take()).isEqualTo(Text.of("1"));
    assertThat(inbox.take()).isEqualTo(Text.of("2"));
    assertThat(inbox.take()).isNull();
    assertThat(inbox.take()).isNull();
  }

  @Test
  void hasNoRoomWhileSixtyFourKibibytesWait() throws Exception {
    inbox.put(Binary.wrap(new byte[(64 << 10) - Outgoing.OVERHEAD_BYTES - 1]));
    assertThat(inbox.hasRoom()).isTrue();
    inbox.put(Text.of("x"));
    assertThat(inbox.hasRoom()).isFalse();

    inbox.take();

    assertThat(inbox.hasRoom()).isTrue();
  }

  @Test
  void wakesWhoeverWaits() throws Exception {
    int messages = 10_000;
    Thread giver =
        Thread.startVirtualThread(() -> {
          for (int i = 0; i < messages; i++) {
            inbox.put(Text.of("" + i));
          }
          inbox.end();
        });

    for (int i = 0; i < messages; i++) {
      assertThat(inbox.take()).isEqualTo(Text.of("" + i));
    }
    assertThat(inbox.take()).isNull();
    giver.join();
  }
}
