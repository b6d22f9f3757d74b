package dev.gimlet.benchmarks.load;

import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/// Counts the messages in a stream of server frames by reading headers only.
///
/// Every message must have the expected kind and length; the first one and then one of 512 is
/// compared byte by byte. Servers may fragment. Owned by the event loop.
final class FrameCounter implements MessageCounter {
  private static final int SAMPLING_MASK = 511;
  private static final int FIN = 0x80;

  private final int opcode;
  private final ByteBuf payload;
  private final int payloadBytes;
  private Consumer<ByteBuf> onPing = _ -> {};

  private int headerTaken; // bytes of the header that is arriving
  private int first;
  private int lengthMissing; // bytes of the extended length
  private long frameBytes; // of the current payload
  private long frameTaken;
  private boolean inPayload;
  private boolean inMessage; // a fragmented message is open
  private int messageTaken;
  private int messages;
  private ByteBuf control = Unpooled.EMPTY_BUFFER;

  FrameCounter(int opcode, byte[] payload) {
    this.opcode = opcode;
    this.payload = Unpooled.wrappedBuffer(payload);
    this.payloadBytes = payload.length;
  }

  /// Sets what is done with the payload of a ping; it has to be released.
  void onPing(Consumer<ByteBuf> callback) {
    onPing = callback;
  }

  @Override
  public int count(ByteBuf in) {
    int before = messages;
    while (in.isReadable()) {
      if (inPayload) {
        takePayload(in);
      } else {
        takeHeader(in.readUnsignedByte());
      }
    }
    return messages - before;
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
      control = Unpooled.buffer((int) frameBytes);
    } else {
      beginDataFrame();
    }
    if (frameBytes == 0) {
      endPayload();
    }
  }

  private void beginDataFrame() {
    int kind = first & 0x7F; // a reserved bit is as wrong as a wrong opcode
    int expected = inMessage ? Opcode.CONTINUATION : opcode;
    if (kind != expected) {
      throw new IllegalStateException("frame of kind " + kind + ", expected " + expected);
    }
    if (!inMessage) {
      messageTaken = 0;
    }
    inMessage = true;
    if (messageTaken + frameBytes > payloadBytes) {
      throw new IllegalStateException(
          "message of " + (messageTaken + frameBytes) + " bytes, expected " + payloadBytes);
    }
  }

  private void takePayload(ByteBuf in) {
    int bytes = (int) Math.min(frameBytes - frameTaken, in.readableBytes());
    if (isControl()) {
      control.writeBytes(in, in.readerIndex(), bytes);
    } else {
      checkSample(in, bytes);
      messageTaken += bytes;
    }
    in.skipBytes(bytes);
    frameTaken += bytes;
    if (frameTaken == frameBytes) {
      endPayload();
    }
  }

  private void checkSample(ByteBuf in, int bytes) {
    if ((messages & SAMPLING_MASK) == 0
        && !ByteBufUtil.equals(payload, messageTaken, in, in.readerIndex(), bytes)) {
      throw new IllegalStateException("message " + messages + " has other bytes than were sent");
    }
  }

  private void endPayload() {
    inPayload = false;
    if (isControl()) {
      takeControl();
    } else if ((first & FIN) != 0) {
      endMessage();
    }
  }

  private void endMessage() {
    if (messageTaken != payloadBytes) {
      throw new IllegalStateException(
          "message of " + messageTaken + " bytes, expected " + payloadBytes);
    }
    inMessage = false;
    messages++;
  }

  private boolean isControl() {
    return (first & 0x08) != 0;
  }

  private void takeControl() {
    switch (first & 0x0F) {
      case Opcode.PING -> onPing.accept(control);
      case Opcode.CLOSE ->
          throw new IllegalStateException(
              "the server closed with "
                  + (control.isReadable(2) ? control.readUnsignedShort() : 1005));
      default -> control.release();
    }
  }
}
