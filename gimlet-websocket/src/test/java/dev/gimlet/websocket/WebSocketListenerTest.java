package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebSocketListenerTest {

  private final ScriptedConnection connection = new ScriptedConnection();

  @Test
  void handsMessagesToTheCallback() {
    List<Message> messages = new ArrayList<>();
    WebSocketListener listener = WebSocketListener.onMessage((_, message) -> messages.add(message));

    listener.onMessage(connection, Text.of("hi"));

    assertThat(messages).containsExactly(Text.of("hi"));
  }

  @Test
  void ignoresWhatIsNotOverridden() {
    WebSocketListener listener = new WebSocketListener() {};

    assertThatCode(
            () -> {
              listener.onOpen(connection);
              listener.onMessage(connection, Text.of("hi"));
              listener.onPing(connection, ByteBuffer.allocate(0));
              listener.onPong(connection, ByteBuffer.allocate(0));
              listener.onClose(connection, CloseStatus.NORMAL_CLOSURE);
            })
        .doesNotThrowAnyException();
  }
}
