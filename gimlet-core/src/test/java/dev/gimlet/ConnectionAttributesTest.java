package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ConnectionAttributesTest {

  private final CompletableFuture<WebSocketConnection> opened = new CompletableFuture<>();
  private final Gimlet app = Gimlet.bare();

  @Test
  @SuppressWarnings("NullAway") // what a program without null checks may do
  void areKeptWithTheirConnection() throws Exception {
    app.ws(
        "/ws",
        new WebSocketListener() {
          @Override
          public void onOpen(WebSocketConnection connection) {
            opened.complete(connection);
          }
        });
    try (RunningServer server = app.start(0);
        RawWebSocket _ = RawWebSocket.connect(server.port(), "/ws")) {
      WebSocketConnection connection = opened.get(30, TimeUnit.SECONDS);
      assertThat(connection.attribute("seat", Integer.class)).isEmpty();

      connection.attribute("seat", 7);
      connection.attribute("name", "Ada");
      connection.attribute("seat", 8);

      assertThat(connection.attribute("seat", Integer.class)).hasValue(8);
      assertThat(connection.attribute("name", String.class)).hasValue("Ada");
      assertThat(connection.attribute("other", String.class)).isEmpty();
      assertThatExceptionOfType(ClassCastException.class)
          .isThrownBy(() -> connection.attribute("name", Integer.class));
      assertThatNullPointerException()
          .isThrownBy(() -> connection.attribute("name", (Object) null))
          .withMessage("name");
    }
  }
}
