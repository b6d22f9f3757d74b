package dev.gimlet.spi;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a publisher may say about a publication. Immutable: each method gives a new one.
public final class PublishOptions {

  /// Neither tags nor keys.
  public static final PublishOptions NONE = new PublishOptions(Map.of(), null, "");

  /// The longest key or name of a tag, in characters.
  public static final int MAX_KEY_CHARACTERS = 128;

  private final Map<String, String> tags;
  private final @Nullable String idempotencyKey; // null without one
  private final String conflationKey;

  private PublishOptions(
      Map<String, String> tags, @Nullable String idempotencyKey, String conflationKey) {
    this.tags = tags;
    this.idempotencyKey = idempotencyKey;
    this.conflationKey = conflationKey;
  }

  /// With one more tag, which members find in [Publication#tags()]. Neither the value nor the
  /// number of tags is limited.
  ///
  /// @throws IllegalArgumentException when the name has not 1 to 128 characters
  public PublishOptions tag(String name, String value) {
    Map<String, String> more = new TreeMap<>(tags);
    more.put(checked(name), value);
    return new PublishOptions(Map.copyOf(more), idempotencyKey, conflationKey);
  }

  /// Publishing again with this key within 5 minutes publishes nothing and gives the first result.
  ///
  /// In memory a room remembers its last 10,000 keys, with Redis any number.
  ///
  /// @throws IllegalArgumentException when the key has not 1 to 128 characters
  public PublishOptions idempotencyKey(String key) {
    return new PublishOptions(tags, checked(key), conflationKey);
  }

  /// In a room that conflates, a newer publication takes the place of a waiting one with this key.
  ///
  /// @throws IllegalArgumentException when the key has not 1 to 128 characters
  public PublishOptions conflationKey(String key) {
    return new PublishOptions(tags, idempotencyKey, checked(key));
  }

  private static String checked(String key) {
    if (key.isEmpty() || key.length() > MAX_KEY_CHARACTERS) {
      throw new IllegalArgumentException(
          "a key of " + key.length() + " characters: use 1 to " + MAX_KEY_CHARACTERS);
    }
    return key;
  }

  /// What members find in [Publication#tags()].
  public Map<String, String> tags() {
    return tags;
  }

  /// By what a repeated publish is recognised.
  public Optional<String> idempotencyKey() {
    return Optional.ofNullable(idempotencyKey);
  }

  /// By what waiting publications are told apart; default empty, one key for all.
  public String conflationKey() {
    return conflationKey;
  }
}
