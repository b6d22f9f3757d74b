package dev.gimlet.server.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.ThreadLocalRandom;

/// One message that is sent over and over, encoded once: the cheapest there is. Owned by the event
/// loop.
///
/// All frames share one masking key, which real clients must not do; to a server it makes no
/// difference. It is never zero, which would save the server the unmasking.
public final class FixedMessages implements Messages {

  /// What the bytes on the socket are.
  public enum Kind {
    /// Text frames.
    TEXT,
    /// Binary frames.
    BINARY,
    /// The same number of bytes as masked frames take, and nothing else.
    RAW
  }

  private final byte[] payload;
  private final Kind kind;
  private final int frameBytes;
  private final ByteBuf frames;

  /// Messages of this size; at most so many are sent at once.
  public FixedMessages(Kind kind, int payloadBytes, int mostAtOnce) {
    this.kind = kind;
    payload = text(payloadBytes);
    int key = ThreadLocalRandom.current().nextInt() | 0x01010101;
    ByteBuf one = MaskedFrame.of(opcode(), payload, key);
    frameBytes = one.readableBytes();
    frames = Unpooled.directBuffer(mostAtOnce * frameBytes);
    for (int i = 0; i < mostAtOnce; i++) {
      frames.writeBytes(one, 0, frameBytes);
    }
    one.release();
  }

  private int opcode() {
    return kind == Kind.BINARY ? Opcode.BINARY : Opcode.TEXT;
  }

  @Override
  public ByteBuf frames(int connection, int count, long intendedNanos) {
    return frames.retainedSlice(0, count * frameBytes);
  }

  @Override
  public MessageCounter counter(int connection) {
    return kind == Kind.RAW ? new ByteCounter(frameBytes) : new FrameCounter(opcode(), payload);
  }

  @Override
  public void release() {
    frames.release();
  }

  /// ASCII, as most of JSON is: the case for which every server has a fast path.
  private static byte[] text(int bytes) {
    String words =
        "{\"type\":\"message\",\"text\":\"The quick brown fox jumps over the lazy dog.\"},";
    return words.repeat(bytes / words.length() + 1).substring(0, bytes).getBytes(US_ASCII);
  }
}
