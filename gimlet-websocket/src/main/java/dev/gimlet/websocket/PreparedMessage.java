package dev.gimlet.websocket;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A message that is encoded once for any number of receivers.
///
/// Use it when the same message goes to many connections; a room does so by itself. Thread-safe:
/// the one field is written under this object's lock.
public final class PreparedMessage {

  private final Message message;
  private volatile @Nullable Object encoded;

  private PreparedMessage(Message message) {
    this.message = message;
  }

  /// Prepares the message; it is encoded when the first connection sends it.
  public static PreparedMessage of(Message message) {
    return new PreparedMessage(Objects.requireNonNull(message, "message"));
  }

  /// What was prepared.
  public Message message() {
    return message;
  }

  /// The encoded form, made by the first caller and kept; used by connections.
  public Object encoded(Function<Message, Object> encoder) {
    Object known = encoded;
    return known == null ? encode(encoder) : known;
  }

  private synchronized Object encode(Function<Message, Object> encoder) {
    Object known = encoded;
    if (known == null) {
      known = encoder.apply(message);
      encoded = known;
    }
    return known;
  }
}
