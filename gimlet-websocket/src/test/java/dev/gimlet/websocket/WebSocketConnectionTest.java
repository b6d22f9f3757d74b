package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class WebSocketConnectionTest {

  private final ScriptedConnection connection = new ScriptedConnection();

  @Test
  void sendsStringsAsText() {
    assertThat(connection.send("hi")).isEqualTo(SendResult.ACCEPTED);

    assertThat(connection.sent).containsExactly(Text.of("hi"));
  }

  @Test
  void sendsACopyOfBytes() {
    byte[] bytes = {1, 2};

    assertThat(connection.send(bytes)).isEqualTo(SendResult.ACCEPTED);
    bytes[0] = 9;

    assertThat(connection.sent).containsExactly(Binary.of((byte) 1, (byte) 2));
  }

  @Test
  void sendsAMessageWithAKeyLikeAnyOtherWhereKeysMeanNothing() {
    assertThat(connection.send(Text.of("hi"), "greeting")).isEqualTo(SendResult.ACCEPTED);

    assertThat(connection.sent).containsExactly(Text.of("hi"));
  }

  @Test
  @SuppressWarnings("NullAway") // what programs without a null checker may do
  void namesWhatIsNull() {
    assertThatNullPointerException()
        .isThrownBy(() -> connection.send((String) null))
        .withMessage("text");
    assertThatNullPointerException()
        .isThrownBy(() -> connection.send((byte[]) null))
        .withMessage("payload");
  }

  @Test
  void closesWith1000WhenNothingElseIsSaid() {
    connection.close();

    assertThat(connection.closes).containsExactly(CloseStatus.NORMAL_CLOSURE);
  }

  @Test
  void closesWithCodeAndReason() {
    connection.close(4001, "bye");

    assertThat(connection.closes).containsExactly(CloseStatus.of(4001, "bye"));
  }

  @Test
  void refusesCodesThatMayNotBeSent() {
    assertThatIllegalArgumentException().isThrownBy(() -> connection.close(1006, ""));

    assertThat(connection.closes).isEmpty();
  }
}
