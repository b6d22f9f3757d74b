package dev.gimlet.transport;

import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.codec.DeflateAgreement;
import dev.gimlet.websocket.codec.Inflation;
import dev.gimlet.websocket.codec.MessageDeflater;
import dev.gimlet.websocket.codec.Side;
import dev.gimlet.websocket.codec.SlidingWindow;
import org.jspecify.annotations.Nullable;

/// permessage-deflate on one connection.
///
/// Owned by its event loop. Without context takeover it holds nothing: the home loop lends what it
/// needs for each message. With it, it holds a deflater, and what the peer may refer to.
final class ConnectionDeflate implements Inflation {

  private final Side side;
  private final DeflateAgreement agreement;
  private final Compression compression;
  private final HomeLoop home;
  private @Nullable MessageDeflater ownDeflater; // with context takeover, once it was needed
  private @Nullable SlidingWindow window;

  ConnectionDeflate(Side side, DeflateAgreement agreement, Compression compression, HomeLoop home) {
    this.side = side;
    this.agreement = agreement;
    this.compression = compression;
    this.home = home;
  }

  boolean isWorthwhile(int bytes) {
    return bytes >= compression.thresholdBytes();
  }

  /// Whether a message compressed for this connection can be sent to all with the same window.
  boolean sharesMessages() {
    return !agreement.takeover(side);
  }

  /// How far what is sent may refer back, as a power of two from 8 to 15.
  int windowBits() {
    return agreement.windowBits(side);
  }

  /// Whether what was compressed must be sent: the next message may refer to it.
  boolean remembers() {
    return agreement.takeover(side);
  }

  /// Compresses without regard to what was sent before, or to what this connection agreed on.
  byte[] deflateWithin(byte[] payload, int windowBits) {
    return home.deflater(compression.level()).deflate(payload, windowBits);
  }

  byte[] deflate(byte[] payload) {
    if (!agreement.takeover(side)) {
      return deflateWithin(payload, windowBits());
    }
    MessageDeflater own = ownDeflater;
    if (own == null) {
      own = new MessageDeflater(compression.level());
      ownDeflater = own;
    }
    return own.deflateFurther(payload, agreement.windowBits(side));
  }

  @Override
  public byte[] inflate(byte[] compressed, int maxBytes) {
    if (!agreement.takeover(side.peer())) {
      return home.inflater().inflate(compressed, maxBytes);
    }
    SlidingWindow known = window;
    if (known == null) {
      known = new SlidingWindow();
      window = known;
    }
    return home.inflater().inflateFurther(compressed, known, maxBytes);
  }

  void close() {
    if (ownDeflater != null) {
      ownDeflater.close();
      ownDeflater = null;
    }
  }
}
