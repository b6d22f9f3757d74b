package dev.gimlet.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.ThreadLocalRandom;

/// The message that is sent over and over, encoded once. Owned by the event loop.
///
/// All frames share one masking key, which real clients must not do; to a server it makes no
/// difference. It is never zero, which would save the server the unmasking.
final class Outgoing {
  private static final int OPCODE_RAW = -1;

  private final byte[] payload;
  private final int opcode;
  private final int frameBytes;
  private final ByteBuf frames;

  Outgoing(LoadOptions options, int mostAtOnce) {
    payload = text(options.payloadBytes());
    opcode = options.isRaw() ? OPCODE_RAW : options.isBinary() ? Opcode.BINARY : Opcode.TEXT;
    int key = ThreadLocalRandom.current().nextInt() | 0x01010101;
    ByteBuf one = MaskedFrame.of(Math.max(opcode, 0), payload, key);
    frameBytes = one.readableBytes();
    frames = Unpooled.directBuffer(mostAtOnce * frameBytes);
    for (int i = 0; i < mostAtOnce; i++) {
      frames.writeBytes(one, 0, frameBytes);
    }
    one.release();
  }

  /// A buffer with that many frames, to be written.
  ByteBuf frames(int count) {
    return frames.retainedSlice(0, count * frameBytes);
  }

  /// Checks and counts what one connection gets back.
  MessageCounter counter() {
    return opcode == OPCODE_RAW ? new ByteCounter(frameBytes) : new FrameCounter(opcode, payload);
  }

  /// ASCII, as most of JSON is: the case for which every server has a fast path.
  private static byte[] text(int bytes) {
    String words =
        "{\"type\":\"message\",\"text\":\"The quick brown fox jumps over the lazy dog.\"},";
    return words.repeat(bytes / words.length() + 1).substring(0, bytes).getBytes(US_ASCII);
  }
}
