package dev.gimlet.websocket.codec;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/// Makes masking keys that nobody can foresee, a new one for each frame (RFC 6455 §5.3, §10.3).
///
/// The generator is asked for many at once: one call for each frame would cost more than the frame.
/// Owned by its caller's thread.
public final class MaskingKeys {

  private static final int KEYS_AT_ONCE = 256;

  private final SecureRandom random;
  private final byte[] bytes = new byte[KEYS_AT_ONCE * Integer.BYTES];
  private final ByteBuffer keys = ByteBuffer.wrap(bytes).limit(0);

  /// Keys from a cryptographic generator.
  public MaskingKeys(SecureRandom random) {
    this.random = random;
  }

  /// The key of the next frame.
  public int next() {
    if (!keys.hasRemaining()) {
      random.nextBytes(bytes);
      keys.clear();
    }
    return keys.getInt();
  }
}
