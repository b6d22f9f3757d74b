package dev.gimlet.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A binary message. Immutable.
public final class Binary implements Message {

  private final byte[] payload;

  private Binary(byte[] payload) {
    this.payload = payload;
  }

  /// A message with a copy of these bytes.
  public static Binary of(byte... payload) {
    return new Binary(payload.clone());
  }

  /// A message with a copy of what remains in the buffer; the buffer's position does not move.
  public static Binary of(ByteBuffer payload) {
    byte[] copy = new byte[payload.remaining()];
    payload.get(payload.position(), copy);
    return new Binary(copy);
  }

  /// A message that takes over the array: it is not copied and must not be changed afterwards.
  public static Binary wrap(byte[] payload) {
    return new Binary(payload);
  }

  @Override
  public int size() {
    return payload.length;
  }

  /// The bytes: the message's own array, which must not be changed.
  public byte[] bytes() {
    return payload;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Binary binary && Arrays.equals(payload, binary.payload);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    return "Binary[" + payload.length + " bytes]";
  }
}
