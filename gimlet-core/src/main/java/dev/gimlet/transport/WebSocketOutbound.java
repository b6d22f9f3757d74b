package dev.gimlet.transport;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.codec.Opcode;
import dev.gimlet.websocket.codec.Side;
import org.jspecify.annotations.Nullable;

/// What one WebSocket sends: messages and control frames into the outbox, and when that is written.
///
/// Owned by its event loop. What is sent within a read of this connection is written at its end, or
/// at the end of its round of reads, anything else as [HomeLoop#flushLater] says.
final class WebSocketOutbound implements Outbox.Owner {

  private final Side side;
  private final NettyWebSocketConnection connection;
  private final HomeLoop home;
  private final Outbox outbox;
  private @Nullable SendProgress sendProgress; // while the socket is full
  private byte @Nullable [] owedPong; // to the newest ping, while the socket is full
  private boolean finished; // nothing may follow a close frame (RFC 6455 §5.5.1)
  private boolean gathering; // what is sent now is flushed by whoever set this
  private boolean flushing; // the home loop will flush
  private boolean ending; // the transport goes once the outbox is empty
  private int flushedIn; // the last turn of the loop in which it did not wait for the turn's end
  private long messagesSent; // these two are read by any thread, some other time's value too
  private long bytesSent;

  WebSocketOutbound(NettyWebSocketConnection connection, Opening opening) {
    this.side = opening.side();
    this.connection = connection;
    this.home = opening.home();
    this.outbox =
        new Outbox(
            side,
            connection.channel(),
            home,
            connection.outboxBudget(),
            opening.deflate().orElse(null),
            this);
  }

  /// Whether the transport can still take something; called by any thread.
  boolean isConnected() {
    return outbox.isConnected();
  }

  int flushedIn() {
    return flushedIn;
  }

  void flushedIn(int turn) {
    this.flushedIn = turn;
  }

  long messagesSent() {
    return messagesSent;
  }

  long bytesSent() {
    return bytesSent;
  }

  /// Puts a message, for which there is room, into the outbox; false when it is too late.
  boolean send(Message message) {
    if (finished) {
      connection.outboxBudget().release(Outbox.frameBytes(message));
      return false;
    }
    home.turnTo(connection);
    put(message);
    flushSoon();
    return true;
  }

  /// The same with a message that was encoded before.
  boolean send(PreparedMessage message) {
    if (finished) {
      connection.outboxBudget().release(SharedFrames.of(message).plain().size());
      return false;
    }
    home.turnTo(connection);
    put(message);
    flushSoon();
    return true;
  }

  private void put(Message message) {
    messagesSent++;
    bytesSent += message.size();
    outbox.add(message);
  }

  private void put(PreparedMessage message) {
    messagesSent++;
    bytesSent += message.message().size();
    outbox.add(message);
  }

  /// Puts into the outbox what it wants to write next; the rest may still be dropped.
  void takeWaiting(WaitingMessages waiting) {
    if (finished) {
      return;
    }
    WaitingMessages.Entry next = waiting.poll(outbox.roomToGather());
    while (next != null) {
      put(next);
      next = waiting.poll(outbox.roomToGather());
    }
    if (outbox.hasGathered()) {
      flushSoon();
    }
  }

  private void put(WaitingMessages.Entry entry) {
    if (entry.message() instanceof PreparedMessage prepared) {
      put(prepared);
    } else {
      put((Message) entry.message());
    }
  }

  /// Sends a ping with a payload of at most 125 bytes, for which there is room.
  void ping(byte[] payload) {
    if (finished) {
      connection.outboxBudget().release(Outbox.controlFrameBytes(payload));
    } else {
      outbox.addControl(Opcode.PING, payload);
      flushSoon();
    }
  }

  /// Sends a pong. Pongs alone never fill the outbox so far that reading pauses: while the socket
  /// is full only the newest is kept (RFC 6455 §5.5.3).
  void pong(byte[] payload) {
    if (connection.outboxBudget().used() > connection.highWaterBytes() / 2) {
      flush();
    }
    if (outbox.isBlocked()) {
      owedPong = payload;
    } else {
      putControl(Opcode.PONG, payload);
    }
  }

  /// Sends the close frame: what was accepted before leaves before it, and nothing follows.
  void close(byte[] payload) {
    WaitingMessages waiting = connection.waiting();
    if (waiting != null) {
      waiting.finish().forEach(this::put);
    }
    putControl(Opcode.CLOSE, payload);
    finished = true;
  }

  private void putControl(int opcode, byte[] payload) {
    connection.outboxBudget().force(Outbox.controlFrameBytes(payload));
    outbox.addControl(opcode, payload);
    flushSoon();
  }

  /// So many bytes were read; what is sent until [#gatherSubmitted] leaves together.
  void startOfRead(int bytes) {
    gathering = true;
    outbox.expect(bytes);
  }

  /// Gathers what other threads have handed over; all that is gathered is to be flushed then.
  void gatherSubmitted() {
    gathering = true;
    connection.takeSubmitted();
    gathering = false;
  }

  /// Writes what was accepted so far, unless the socket is full.
  void writeSubmitted() {
    if (!outbox.isBlocked()) {
      connection.takeSubmitted();
      flush();
    }
  }

  /// Writes what is gathered at the end of this read, or of its round, or of this turn of the loop.
  void flushSoon() {
    if (!gathering && !flushing) {
      flushing = true;
      home.flushLater(connection);
    }
  }

  /// Writes what the outbox holds, if the socket takes it.
  void flush() {
    flushing = false;
    if (outbox.isEmpty()) {
      endIfWritten();
      return;
    }
    outbox.flush();
    if (outbox.isEmpty()) {
      sendFurther();
    }
  }

  /// Whether there is something to write, but little, and it may go straight.
  boolean hasLittle() {
    return outbox.hasLittle();
  }

  /// Gives the socket what it takes of that. A [#flush] has to follow.
  void giveToSocket() {
    outbox.giveToSocket();
  }

  @Override
  public void onDrained() {
    if (sendProgress != null) {
      sendProgress.tookAll();
    }
    HomeLoop.step(connection, _ -> sendFurther());
  }

  private void sendFurther() {
    byte[] pong = owedPong;
    owedPong = null;
    if (pong != null && !finished) {
      putControl(Opcode.PONG, pong);
    }
    WaitingMessages waiting = connection.waiting();
    if (waiting != null) {
      takeWaiting(waiting);
    }
    endIfWritten();
    connection.inbound().resumeIfPaused();
    connection.onRoom();
  }

  /// Whether the peer takes what waits for it.
  SendProgress.Verdict watch(int now) {
    if (!outbox.isBlocked()) {
      boolean wasBlocked = sendProgress != null;
      sendProgress = null;
      return wasBlocked ? SendProgress.Verdict.MOVED : SendProgress.Verdict.WAITING;
    }
    long waiting = SendProgress.waitingBytes(connection.channel());
    if (sendProgress == null) {
      sendProgress = new SendProgress(connection.options().sendTimeout(), waiting, now);
    }
    return sendProgress.judge(waiting, now);
  }

  /// Bytes that the socket has yet to take.
  long untakenBytes() {
    return outbox.gatheredBytes() + SendProgress.waitingBytes(connection.channel());
  }

  /// The WebSocket is closed: nothing is sent any more, and once what is in the outbox has left,
  /// which a flush finds out, the transport ends.
  void finish() {
    finished = true;
    ending = true;
  }

  private void endIfWritten() {
    if (ending && outbox.isEmpty() && connection.channel().isActive()) {
      ending = false;
      if (side == Side.CLIENT) {
        return; // the server ends the connection (RFC 6455 §7.1.1), or the deadline does
      }
      // Only the sending half: closing with unread bytes would reset what the peer has yet to read.
      HttpService.shutOutput(connection.channel());
    }
  }

  /// The transport is gone, and all that waited for it.
  void discard() {
    outbox.discard();
    WaitingMessages waiting = connection.waiting();
    if (waiting != null) {
      waiting.end();
    }
  }
}
