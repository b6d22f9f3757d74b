package dev.gimlet.server.chat;

import static dev.gimlet.server.chat.ChatFixture.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class RawListenerTest {

  private final ChatFixture chat = new ChatFixture();

  @Test
  void getsWhatAnotherSendsAsItIs() {
    FakeConnection first = chat.raw("lobby");
    FakeConnection second = chat.raw("lobby");

    first.says("hello");
    first.says(new byte[] {1, 2});

    var expected = List.of(Text.of("hello"), Binary.of((byte) 1, (byte) 2));
    assertThat(first.received()).isEqualTo(expected);
    assertThat(second.received()).isEqualTo(expected);
  }

  @Test
  void getsAPersonsTextAndNothingElse() {
    FakeConnection raw = chat.raw("lobby");
    FakeConnection ann = chat.page("lobby", "Ann");
    chat.gather();

    ann.says(line("1", "hi"));
    ann.says("{\"type\":\"question\"}");
    ann.goes();
    chat.gather();

    assertThat(raw.received()).containsExactly(Text.of("hi"));
  }

  @Test
  void getsNothingOfWhatWasSaidBefore() {
    chat.raw("lobby").says("early");

    assertThat(chat.raw("lobby").received()).isEmpty();
  }

  @Test
  void getsNothingOfOtherRooms() {
    FakeConnection elsewhere = chat.raw("elsewhere");

    chat.raw("lobby").says("hello");

    assertThat(elsewhere.received()).isEmpty();
  }

  @Test
  void getsNothingAfterItLeft() {
    FakeConnection gone = chat.raw("lobby");
    gone.goes();

    chat.raw("lobby").says("hello");

    assertThat(gone.received()).isEmpty();
    assertThat(chat.room("lobby").size()).isEqualTo(1);
  }
}
