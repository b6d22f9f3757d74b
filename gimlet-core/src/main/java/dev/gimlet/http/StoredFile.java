package dev.gimlet.http;

import java.io.IOException;
import java.time.Instant;

/// A file that was found, before it is read. Immutable.
interface StoredFile {
  String name();

  long size();

  Instant modified();

  /// A strong validator, in quotes: another content has another one (RFC 9110 §8.8.3).
  String entityTag();

  byte[] read(ByteRange range) throws IOException;
}
