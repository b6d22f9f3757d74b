package dev.gimlet.server.load;

import dev.gimlet.websocket.CloseStatus;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/// Counts the messages in what one connection receives. Owned by the event loop.
public interface MessageCounter {

  /// Takes all readable bytes and answers how many messages they completed.
  ///
  /// @throws IllegalStateException when they are not what was expected
  int count(ByteBuf in);

  /// Sets what is done with the payload of a ping.
  default void onPing(Consumer<byte[]> callback) {}

  /// Sets what is done when the server closes.
  default void onClose(Consumer<CloseStatus> callback) {}
}
