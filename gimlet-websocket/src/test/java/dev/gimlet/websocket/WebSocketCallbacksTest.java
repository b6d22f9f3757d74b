package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WebSocketCallbacksTest {

  private final List<String> calls = new ArrayList<>();
  private final WebSocketConnection connection = new ScriptedConnection();
  private final WebSocketCallbacks onlyMessages =
      WebSocketListener.onMessage((_, message) -> calls.add("message " + message.size()));

  @Test
  void callsWhatWasGiven() {
    WebSocketListener all =
        onlyMessages
            .andOnPing((_, payload) -> calls.add("ping " + payload.remaining()))
            .andOnPong((_, payload) -> calls.add("pong " + payload.remaining()))
            .andOnClose((_, status) -> calls.add("close " + status.code()));

    all.onMessage(connection, Text.of("abc"));
    all.onPing(connection, ByteBuffer.allocate(1));
    all.onPong(connection, ByteBuffer.allocate(2));
    all.onClose(connection, CloseStatus.GOING_AWAY);

    assertThat(calls).containsExactly("message 3", "ping 1", "pong 2", "close 1001");
  }

  @Test
  void ignoresWhatNobodyAskedFor() {
    onlyMessages.onOpen(connection);
    onlyMessages.onPing(connection, ByteBuffer.allocate(1));
    onlyMessages.onPong(connection, ByteBuffer.allocate(1));
    onlyMessages.onClose(connection, CloseStatus.GOING_AWAY);

    assertThat(calls).isEmpty();
  }

  @Test
  void isNotChangedByAddingToIt() {
    WebSocketCallbacks unused = onlyMessages.andOnClose((_, _) -> calls.add("close"));

    onlyMessages.onClose(connection, CloseStatus.GOING_AWAY);

    assertThat(unused).isNotSameAs(onlyMessages);
    assertThat(calls).isEmpty();
  }
}
