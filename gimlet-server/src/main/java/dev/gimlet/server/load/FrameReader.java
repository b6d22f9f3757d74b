package dev.gimlet.server.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/// Reads a stream of server frames, and lets a subclass see the payload of messages where it lies.
///
/// Servers may fragment. Owned by the event loop.
abstract class FrameReader implements MessageCounter {
  private static final int FIN = 0x80;
  private static final int MAX_CONTROL_BYTES = 125; // RFC 6455 §5.5

  private Consumer<byte[]> onPing = _ -> {};
  private Consumer<CloseStatus> onClose =
      status -> {
        throw new IllegalStateException("the server closed with " + status.code());
      };

  private int headerTaken; // bytes of the header that is arriving
  private int first;
  private int lengthMissing; // bytes of the extended length
  private long frameBytes; // of the current payload
  private long frameTaken;
  private boolean inPayload;
  private boolean inMessage; // a fragmented message is open
  private int counted;
  private ByteBuf control = Unpooled.EMPTY_BUFFER;

  /// A data frame begins: `kind` is its opcode with the reserved bits.
  abstract void beginFrame(int kind, boolean isContinuation, long payloadBytes);

  /// A part of the payload of a message.
  abstract void take(ByteBuf in, int index, int bytes);

  /// All bytes of a read are taken: the buffer will hold others.
  void endRead() {}

  /// A message is complete; answers how many it counts for.
  abstract int endMessage();

  @Override
  public void onPing(Consumer<byte[]> callback) {
    onPing = callback;
  }

  @Override
  public void onClose(Consumer<CloseStatus> callback) {
    onClose = callback;
  }

  @Override
  public int count(ByteBuf in) {
    int before = counted;
    while (in.isReadable()) {
      if (inPayload) {
        takePayload(in);
      } else {
        takeHeader(in.readUnsignedByte());
      }
    }
    endRead();
    return counted - before;
  }

  private void takeHeader(int next) {
    switch (headerTaken++) {
      case 0 -> first = next;
      case 1 -> takeShortLength(next);
      default -> {
        frameBytes = (frameBytes << 8) | next;
        if (--lengthMissing == 0) {
          beginPayload();
        }
      }
    }
  }

  private void takeShortLength(int length) {
    if (length > 127) {
      throw new IllegalStateException("masked frame from a server (RFC 6455 §5.1)");
    }
    lengthMissing = length == 126 ? 2 : length == 127 ? 8 : 0;
    frameBytes = lengthMissing == 0 ? length : 0;
    if (lengthMissing == 0) {
      beginPayload();
    }
  }

  private void beginPayload() {
    headerTaken = 0;
    frameTaken = 0;
    inPayload = true;
    if (isControl()) {
      beginControl();
    } else {
      beginFrame(first & 0x7F, inMessage, frameBytes);
      inMessage = true;
    }
    if (frameBytes == 0) {
      endPayload();
    }
  }

  private void beginControl() {
    if (frameBytes > MAX_CONTROL_BYTES) {
      throw new IllegalStateException(
          "control frame of " + frameBytes + " bytes, at most 125 (RFC 6455 §5.5)");
    }
    control = Unpooled.buffer((int) frameBytes);
  }

  private void takePayload(ByteBuf in) {
    int bytes = (int) Math.min(frameBytes - frameTaken, in.readableBytes());
    if (isControl()) {
      control.writeBytes(in, in.readerIndex(), bytes);
    } else {
      take(in, in.readerIndex(), bytes);
    }
    in.skipBytes(bytes);
    frameTaken += bytes;
    if (frameTaken == frameBytes) {
      endPayload();
    }
  }

  private void endPayload() {
    inPayload = false;
    if (isControl()) {
      takeControl();
    } else if ((first & FIN) != 0) {
      inMessage = false;
      counted += endMessage();
    }
  }

  private boolean isControl() {
    return (first & 0x08) != 0;
  }

  private void takeControl() {
    byte[] payload = new byte[control.readableBytes()];
    control.readBytes(payload);
    switch (first & 0x0F) {
      case Opcode.PING -> onPing.accept(payload);
      case Opcode.CLOSE -> onClose.accept(status(payload));
      default -> {} // a pong
    }
  }

  private static CloseStatus status(byte[] payload) {
    if (payload.length < 2) {
      return new CloseStatus(CloseStatus.NO_STATUS_RECEIVED, "");
    }
    int code = ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    return new CloseStatus(code, new String(payload, 2, payload.length - 2, UTF_8));
  }
}
