package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.Text;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Makes messages out of data frames (RFC 6455 §5.4).
///
/// One array grows with the bytes that arrived, never with the bytes that were announced; between
/// two messages nothing is held. A message that is there as a whole, as most are, takes a shorter
/// way. Text is checked as it arrives. What is compressed is kept so until it is complete: then one
/// inflater can serve any number of connections. Owned by its caller's thread.
final class MessageAssembler {

  private static final byte[] EMPTY = {};
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 512;

  // Every fragment is charged at least this, so that empty fragments cannot go on for ever.
  private static final int LEAST_CHARGE_BYTES = 64;
  private static final long LEAST_CHARGE_LIMIT = 64 << 10;

  private final int maxMessageBytes;
  private final Inflation inflation;
  private final Utf8Validator utf8 = new Utf8Validator();
  private int opcode = NONE; // of the message that is open
  private boolean compressed;
  private byte[] payload = EMPTY;
  private int size;
  private long charged;

  /// For connections that agreed on no compression.
  MessageAssembler(int maxMessageBytes) {
    this(maxMessageBytes, Inflation.NONE);
  }

  MessageAssembler(int maxMessageBytes, Inflation inflation) {
    this.maxMessageBytes = maxMessageBytes;
    this.inflation = inflation;
  }

  /// Takes a frame that is a message and is here as a whole, when no other message is open.
  Message takeWhole(ByteBuffer in, FrameDecoder frame) {
    if (frame.payloadLength() > maxMessageBytes) {
      throw tooBig();
    }
    byte[] bytes = new byte[(int) frame.payloadLength()];
    boolean ascii = PayloadMask.move(in, bytes, 0, bytes.length, frame.maskingKey(), 0);
    boolean text = frame.opcode() == Opcode.TEXT;
    if (text && !ascii) {
      checkWholeText(bytes);
    }
    return message(text, bytes);
  }

  /// A data frame begins; refuses it when it is out of turn or too large.
  void begin(FrameDecoder frame) {
    if (frame.opcode() != Opcode.CONTINUATION) {
      compressed = frame.isCompressed();
    }
    begin(frame.opcode(), frame.payloadLength());
  }

  void begin(int frameOpcode, long length) {
    if (frameOpcode == Opcode.CONTINUATION) {
      if (opcode == NONE) {
        throw fault("continuation of no message (RFC 6455 §5.4)");
      }
    } else if (opcode != NONE) {
      throw fault("new message inside a fragmented one (RFC 6455 §5.4)");
    } else {
      opcode = frameOpcode;
    }
    charged += Math.max(length, LEAST_CHARGE_BYTES);
    if (length > maxPayloadBytes() - size || charged > chargeLimit()) {
      throw tooBig();
    }
  }

  /// Takes the next bytes of a frame, of which `expected` are still to come, these included.
  void append(ByteBuffer in, int count, FrameDecoder frame) {
    makeRoom(count, frame);
    boolean ascii =
        PayloadMask.move(in, payload, size, count, frame.maskingKey(), frame.payloadTaken());
    if (opcode == Opcode.TEXT && !compressed && !(ascii && utf8.isComplete())) {
      checkText(payload, size, count);
    }
    size += count;
  }

  /// The last frame is complete.
  Message finish() {
    byte[] bytes = payload.length == size ? payload : Arrays.copyOf(payload, size);
    boolean text = opcode == Opcode.TEXT;
    if (compressed) {
      bytes = inflation.inflate(bytes, maxMessageBytes);
      if (text) {
        checkText(bytes, 0, bytes.length);
      }
    }
    if (text && !utf8.isComplete()) {
      throw malformedText();
    }
    reset();
    return message(text, bytes);
  }

  private static Message message(boolean text, byte[] bytes) {
    return text ? Text.ofUtf8(bytes) : Binary.wrap(bytes);
  }

  /// Whether a message has begun and is not complete.
  boolean isMidMessage() {
    return opcode != NONE;
  }

  /// Lets go of what is held.
  void reset() {
    opcode = NONE;
    payload = EMPTY;
    size = 0;
    charged = 0;
    compressed = false;
    utf8.reset();
  }

  private void makeRoom(int count, FrameDecoder frame) {
    int needed = size + count;
    if (needed <= payload.length) {
      return;
    }
    long announced = size + frame.payloadRemaining();
    long comfortable = Math.max(FIRST_CAPACITY, 2L * payload.length);
    // The last frame tells the size of the message: no more than that is ever needed.
    long capacity = frame.isFinal() ? Math.min(announced, comfortable) : comfortable;
    int bounded = (int) Math.min(Math.max(capacity, needed), Math.max(maxPayloadBytes(), needed));
    payload = size == 0 ? new byte[bounded] : Arrays.copyOf(payload, bounded);
  }

  private void checkWholeText(byte[] bytes) {
    checkText(bytes, 0, bytes.length);
    if (!utf8.isComplete()) {
      throw malformedText();
    }
  }

  private void checkText(byte[] bytes, int from, int length) {
    if (!utf8.accept(bytes, from, length)) {
      throw malformedText();
    }
  }

  /// What cannot be compressed becomes a little larger when it is: 5 bytes for each stored block.
  private int maxPayloadBytes() {
    long slack = compressed ? (maxMessageBytes >> 8) + LEAST_CHARGE_BYTES : 0;
    return (int) Math.min(maxMessageBytes + slack, Integer.MAX_VALUE - LEAST_CHARGE_BYTES);
  }

  private long chargeLimit() {
    return Math.max(2L * maxMessageBytes, LEAST_CHARGE_LIMIT);
  }

  private ProtocolException tooBig() {
    return new ProtocolException(
        CloseStatus.MESSAGE_TOO_BIG, "message larger than " + maxMessageBytes + " bytes");
  }

  private static ProtocolException malformedText() {
    return new ProtocolException(
        CloseStatus.INVALID_PAYLOAD_DATA, "text is not UTF-8 (RFC 6455 §8.1)");
  }

  private static ProtocolException fault(String rule) {
    return new ProtocolException(CloseStatus.PROTOCOL_ERROR, rule);
  }
}
