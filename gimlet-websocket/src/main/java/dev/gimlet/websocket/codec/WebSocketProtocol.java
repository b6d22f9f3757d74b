package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One connection as a state machine, from the opening handshake to the end (RFC 6455 §5 to §7).
///
/// Bytes go in through [#receive]; messages, and the frames that the protocol itself owes the peer,
/// come out through the [Receiver]. This is the one place where a fault of the peer becomes a close
/// code. Owned by its caller's thread.
public final class WebSocketProtocol {

  /// Where a connection stands.
  public enum State {
    /// Messages travel both ways.
    OPEN,
    /// This side has sent a close frame and waits for the peer's (RFC 6455 §7.1.3).
    CLOSING,
    /// Close frames were exchanged, or the connection failed: nothing more is sent or read.
    CLOSED
  }

  /// What the protocol tells and asks; called from within [#receive] and [#close].
  ///
  /// `onMessage`, `onPing` and `onPong` may throw a [ProtocolException] to fail the connection.
  public interface Receiver {

    /// A complete message arrived.
    void onMessage(Message message);

    /// A ping arrived; its pong has been handed to [#sendControl].
    void onPing(byte[] payload);

    /// A pong arrived.
    void onPong(byte[] payload);

    /// This control frame is to be sent after everything sent so far.
    void sendControl(int opcode, byte[] payload);

    /// The peer has closed or broken a rule: call [#endNow] once the messages before are answered.
    void onEnding();

    /// Nothing more is to be sent or read: the transport sends what waits, then ends.
    void onClosed(CloseStatus status);

    /// Whether more messages are wanted now; when not, [#receive] leaves the rest unread.
    boolean isReady();
  }

  /// The end that the peer has caused, and what is still to be said to it.
  private record Ending(CloseStatus status, CloseStatus reply) {}

  private static final byte[] EMPTY = {};

  private final Receiver receiver;
  private final FrameDecoder decoder;
  private final MessageAssembler assembler;
  private State state = State.OPEN;
  private byte[] control = EMPTY; // payload of the control frame that is arriving
  private @Nullable CloseStatus status; // of the first close, from either side
  private @Nullable Ending ending; // waits for answers to the messages before it
  private boolean beginsFrame = true;

  /// The protocol for one side, without compression.
  public WebSocketProtocol(Side side, int maxMessageBytes, Receiver receiver) {
    this(side, maxMessageBytes, receiver, Inflation.NONE);
  }

  /// The protocol for one side, whose peer may compress if that was agreed on.
  public WebSocketProtocol(Side side, int maxMessageBytes, Receiver receiver, Inflation inflation) {
    this.receiver = receiver;
    this.decoder = new FrameDecoder(side, inflation.isAgreed());
    this.assembler = new MessageAssembler(maxMessageBytes, inflation);
  }

  /// Where the connection stands.
  public State state() {
    return state;
  }

  /// Reads frames until the bytes, or the receiver's wish for messages, are exhausted. The buffer
  /// must be big-endian, as it is from the start.
  ///
  /// After the end everything is swallowed (RFC 6455 §1.4).
  public void receive(ByteBuffer in) {
    try {
      while (mayRead() && in.hasRemaining() && receiver.isReady()) {
        if (decoder.readHeader(in)) {
          readFrame(in);
        }
      }
    } catch (ProtocolException fault) {
      fail(fault);
    }
    if (!mayRead()) {
      in.position(in.limit());
    }
  }

  private boolean mayRead() {
    return state != State.CLOSED && ending == null;
  }

  /// Whether a frame or a message has begun and is not complete.
  public boolean isMidMessage() {
    return mayRead() && (decoder.isMidFrame() || assembler.isMidMessage());
  }

  /// Fails the connection for a rule of this side's own, such as a deadline; after the end nothing.
  public void failFor(ProtocolException fault) {
    if (mayRead()) {
      fail(fault);
    }
  }

  /// Starts the closing handshake; does nothing when one has begun (RFC 6455 §7.1.2).
  public void close(CloseStatus wanted) {
    endNow();
    sendClose(wanted, wanted);
  }

  /// Ends what the peer has ended: the close frame follows the answers (RFC 6455 §5.5.1).
  public void endNow() {
    Ending due = ending;
    if (due != null) {
      ending = null;
      sendClose(due.status(), due.reply());
      finish(due.status());
    }
  }

  /// The transport ended: by the peer, by an error, or because a deadline passed.
  public void end() {
    Ending known = ending;
    finish(known == null ? new CloseStatus(CloseStatus.ABNORMAL_CLOSURE, "") : known.status());
  }

  private void readFrame(ByteBuffer in) {
    int available = (int) Math.min(decoder.payloadRemaining(), in.remaining());
    if (Opcode.isControl(decoder.opcode())) {
      readControl(in, available);
    } else if (decoder.isWholeMessage(available) && !assembler.isMidMessage()) {
      Message message = assembler.takeWhole(in, decoder);
      decoder.payloadTaken(available);
      deliver(message);
    } else {
      readData(in, available);
    }
  }

  private void readData(ByteBuffer in, int available) {
    if (beginsFrame) {
      assembler.begin(decoder);
      beginsFrame = false;
    }
    assembler.append(in, available, decoder);
    if (decoder.payloadTaken(available)) {
      beginsFrame = true;
      if (decoder.isFinal()) {
        deliver(assembler.finish());
      }
    }
  }

  private void deliver(Message message) {
    if (state == State.OPEN) {
      receiver.onMessage(message);
    }
  }

  private void readControl(ByteBuffer in, int available) {
    int taken = (int) decoder.payloadTaken();
    if (taken == 0) {
      int length = (int) decoder.payloadLength();
      control = length == 0 ? EMPTY : new byte[length];
    }
    PayloadMask.move(in, control, taken, available, decoder.maskingKey(), taken);
    if (decoder.payloadTaken(available)) {
      byte[] payload = control;
      control = EMPTY;
      onControl(decoder.opcode(), payload);
    }
  }

  private void onControl(int opcode, byte[] payload) {
    switch (opcode) {
      case Opcode.PING -> onPing(payload);
      case Opcode.PONG -> receiver.onPong(payload);
      default -> onClose(CloseFrame.parse(payload));
    }
  }

  private void onPing(byte[] payload) {
    if (state == State.OPEN) {
      receiver.sendControl(Opcode.PONG, payload); // RFC 6455 §5.5.2
      receiver.onPing(payload);
    }
  }

  private void onClose(CloseStatus received) {
    endAfterAnswers(new Ending(received, withoutReason(received)));
  }

  private static CloseStatus withoutReason(CloseStatus received) {
    return new CloseStatus(received.code(), "");
  }

  /// Fails the connection: the one place where a fault becomes a close code (RFC 6455 §7.1.7).
  private void fail(ProtocolException fault) {
    CloseStatus failure = fault.closeStatus();
    endAfterAnswers(new Ending(failure, failure));
  }

  private void endAfterAnswers(Ending wanted) {
    ending = wanted;
    receiver.onEnding();
  }

  /// Sends the one close frame; the receiver may close or end the connection from within.
  private void sendClose(CloseStatus first, CloseStatus sent) {
    if (state == State.OPEN) {
      state = State.CLOSING;
      status = first;
      receiver.sendControl(Opcode.CLOSE, CloseFrame.encode(sent));
    }
  }

  private void finish(CloseStatus last) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    CloseStatus first = status == null ? last : status;
    status = first;
    ending = null;
    assembler.reset();
    control = EMPTY;
    receiver.onClosed(first);
  }
}
