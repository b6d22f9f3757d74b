package dev.gimlet.websocket;

/// How an endpoint compresses: permessage-deflate of RFC 7692. Immutable.
///
/// - `thresholdBytes`: smaller messages are sent as they are; default 512.
/// - `level`: 1 (fastest) to 9 (smallest); default 1, whose result is rarely a tenth larger.
/// - `contextTakeover`: whether a message may refer to those before it (RFC 7692 §7.1.1). Default
///   no: then compressors are lent for one message, and an idle connection holds none. With it each
///   connection that agrees holds about 300 KiB of native memory, and after large messages at most
///   64 KiB of heap.
///
/// The size of what was compressed tells something of its content: where a secret stands in one
/// message beside text that a stranger chooses, and he can see the sizes, also through TLS, he can
/// guess the secret piece by piece (the attacks CRIME and BREACH); with context takeover one
/// message beside the next is enough. Leave compression off there:
/// [WebSocketOptions.Builder#noCompression()].
public record Compression(int thresholdBytes, int level, boolean contextTakeover) {

  /// Without context takeover, from 512 bytes on, at level 1.
  public static final Compression DEFAULTS = new Compression(512, 1, false);

  /// Checks the ranges.
  public Compression {
    if (thresholdBytes < 0) {
      throw new IllegalArgumentException("compression threshold of " + thresholdBytes + " bytes");
    }
    if (level < 1 || level > 9) {
      throw new IllegalArgumentException("compression level " + level + ", use 1 to 9");
    }
  }

  /// The same, from this many bytes on.
  public Compression withThresholdBytes(int bytes) {
    return new Compression(bytes, level, contextTakeover);
  }

  /// The same at this level.
  public Compression withLevel(int newLevel) {
    return new Compression(thresholdBytes, newLevel, contextTakeover);
  }

  /// The same, with messages that may refer to those before them.
  public Compression withContextTakeover() {
    return new Compression(thresholdBytes, level, true);
  }
}
