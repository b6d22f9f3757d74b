package dev.gimlet.websocket;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A message that is encoded once for any number of receivers.
///
/// Use it when the same message goes to many connections; a room does so by itself. Thread-safe:
/// the one field is written under this object's lock.
public final class PreparedMessage {

  private final Message message;
  private final @Nullable String key; // null without one
  private volatile @Nullable Object encoded;

  private PreparedMessage(Message message, @Nullable String key) {
    this.message = message;
    this.key = key;
  }

  /// Prepares the message; it is encoded when the first connection sends it.
  public static PreparedMessage of(Message message) {
    return new PreparedMessage(Objects.requireNonNull(message, "message"), null);
  }

  /// Prepares a message with a key, for [SlowConsumerPolicy#LATEST_PER_KEY].
  public static PreparedMessage of(Message message, String key) {
    return new PreparedMessage(
        Objects.requireNonNull(message, "message"), Objects.requireNonNull(key, "key"));
  }

  /// What was prepared.
  public Message message() {
    return message;
  }

  /// Messages with the same key are values of the same thing; empty for a message without a key.
  public Optional<String> key() {
    return Optional.ofNullable(key);
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
