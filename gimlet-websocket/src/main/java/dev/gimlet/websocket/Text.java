package dev.gimlet.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A text message.
///
/// Holds the characters, the UTF-8 bytes or both: the missing form is made on first use and kept,
/// so a text that is only passed on is never decoded. Immutable as seen from outside.
public final class Text implements Message {

  // Both fields are racy on purpose: each thread that misses one computes the same value.
  private @Nullable String value;
  private byte @Nullable [] utf8;

  private Text(@Nullable String value, byte @Nullable [] utf8) {
    this.value = value;
    this.utf8 = utf8;
  }

  /// A text of these characters; an unpaired surrogate is sent as `?`.
  public static Text of(String value) {
    return new Text(Objects.requireNonNull(value, "value"), null);
  }

  /// A text of these bytes, which must be valid UTF-8; the array is not copied and must not change.
  ///
  /// The bytes are not checked here: peers answer malformed text with close code 1007.
  public static Text ofUtf8(byte[] utf8) {
    return new Text(null, Objects.requireNonNull(utf8, "utf8"));
  }

  /// The characters.
  public String value() {
    String known = value;
    if (known == null) {
      known = new String(utf8(), UTF_8);
      value = known;
    }
    return known;
  }

  @Override
  public int size() {
    return utf8().length;
  }

  /// The UTF-8 form: the message's own array, which must not be changed.
  public byte[] utf8() {
    byte[] known = utf8;
    if (known == null) {
      known = Objects.requireNonNull(value).getBytes(UTF_8);
      utf8 = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Text text && value().equals(text.value());
  }

  @Override
  public int hashCode() {
    return value().hashCode();
  }

  @Override
  public String toString() {
    return "Text[" + value() + "]";
  }
}
