package dev.gimlet.spi;

/// Turns values into JSON and back. Implementations are thread-safe; they may block briefly.
public interface JsonCodec {

  /// The value as UTF-8 JSON.
  ///
  /// @throws IllegalArgumentException when the value cannot be written
  byte[] write(Object value);

  /// The JSON text bound to a type; unknown properties are ignored.
  ///
  /// @throws IllegalArgumentException when it is not such JSON; the message names the place
  <T> T read(byte[] json, Class<T> type);
}
