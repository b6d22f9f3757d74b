package dev.gimlet.spi;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One item published to a room.
///
/// Thread-safe: immutable, but for encoded forms that are made once and shared by all members.
public final class Publication {

  private final @Nullable Position position; // null in a room without history
  private final PreparedMessage prepared;
  private final Map<String, String> tags;
  private final String conflationKey;
  private final Instant time;
  private volatile @Nullable ConcurrentMap<Class<?>, Object> encoded; // null until one is asked for

  private Publication(
      @Nullable Position position,
      Message message,
      Map<String, String> tags,
      String conflationKey,
      Instant time) {
    this.position = position;
    this.prepared =
        conflationKey.isEmpty()
            ? PreparedMessage.of(message)
            : PreparedMessage.of(message, conflationKey);
    this.tags = Map.copyOf(tags);
    this.conflationKey = conflationKey;
    this.time = time;
  }

  /// A publication of a room without history, with the tags and the conflation key of its options.
  public static Publication of(Message message, PublishOptions options, Instant time) {
    return new Publication(null, message, options.tags(), options.conflationKey(), time);
  }

  /// A publication of a room without history, without a conflation key.
  public static Publication of(Message message, Map<String, String> tags, Instant time) {
    return new Publication(null, message, tags, "", time);
  }

  /// A publication of a room with history. Such rooms do not conflate.
  public static Publication at(
      Position position, Message message, Map<String, String> tags, Instant time) {
    return new Publication(position, message, tags, "", time);
  }

  /// Its place in the room's history; empty in a room without history.
  public Optional<Position> position() {
    return Optional.ofNullable(position);
  }

  /// What was published.
  public Message message() {
    return prepared.message();
  }

  /// The message as it goes to WebSockets: encoded once for all of them. A conflation key is its
  /// key for [dev.gimlet.websocket.SlowConsumerPolicy#LATEST_PER_KEY] too; for a WebSocket that is
  /// itself the member of a room, with the name of the room: rooms replace only their own messages.
  public PreparedMessage prepared() {
    return prepared;
  }

  /// What the publisher said about it, such as who published; see [PublishOptions#tags()].
  public Map<String, String> tags() {
    return tags;
  }

  /// By what waiting publications of a room that conflates are told apart; empty as a rule.
  public String conflationKey() {
    return conflationKey;
  }

  /// When the broker took it.
  public Instant time() {
    return time;
  }

  /// Another encoded form, made by the first member who needs it and kept for the others.
  ///
  /// Forms are told apart by their type: use a record of your own for each.
  public <T> T encoded(Class<T> form, Function<Publication, T> encoder) {
    ConcurrentMap<Class<?>, Object> forms = encoded;
    if (forms == null) {
      forms = forms();
    }
    return form.cast(forms.computeIfAbsent(form, _ -> encoder.apply(this)));
  }

  private synchronized ConcurrentMap<Class<?>, Object> forms() {
    ConcurrentMap<Class<?>, Object> forms = encoded;
    if (forms == null) {
      forms = new ConcurrentHashMap<>(2);
      encoded = forms;
    }
    return forms;
  }

  @Override
  public String toString() {
    return "Publication of "
        + message().size()
        + " bytes"
        + position().map(at -> " at " + at).orElse("");
  }
}
