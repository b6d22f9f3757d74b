package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.Publication;
import dev.gimlet.websocket.Text;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WebSocketMemberTest {

  private final FakeConnection connection = new FakeConnection(7);
  private final WebSocketMember member = new WebSocketMember(connection);

  @Test
  void sendsTheMessageAndNothingElse() {
    member.deliver(Publication.of(Text.of("hello"), Map.of("from", "Ann"), Instant.EPOCH));

    assertThat(connection.received).containsExactly(Text.of("hello"));
  }

  @Test
  void remembersTheRoomsItIsIn() {
    member.enter("a");
    member.enter("b");
    member.enter("c");
    member.enter("b");
    member.exit("a");
    member.exit("never");

    assertThat(member.end()).containsExactlyInAnyOrder("b", "c");
    assertThat(member.end()).isEmpty();
  }

  @Test
  void remembersOneRoomAfterLeavingOthers() {
    member.enter("a");
    member.enter("b");
    member.exit("b");
    member.exit("a");
    member.enter("c");

    assertThat(member.end()).containsExactly("c");
  }

  @Test
  void entersNothingOnceItIsClosed() {
    member.end();

    assertThat(member.enter("a")).isFalse();
  }

  @Test
  void isPresentUnderANumberOfItsOwn() {
    WebSocketMember ofAnotherServer = new WebSocketMember(new FakeConnection(7));

    assertThat(member.present().user()).isEmpty();
    assertThat(member.present()).isEqualTo(member.present());
    assertThat(member.present().id()).isNotEqualTo(ofAnotherServer.present().id());
  }
}
