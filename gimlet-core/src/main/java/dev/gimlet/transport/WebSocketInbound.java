package dev.gimlet.transport;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Inflation;
import dev.gimlet.websocket.codec.Opcode;
import dev.gimlet.websocket.codec.WebSocketProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.CodecException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What one WebSocket receives: bytes from the socket into the protocol, and the end of both.
///
/// Owned by its event loop. Reading pauses while the connection cannot take more messages, and what
/// was already read then waits here. That is at most one read, until the peer ends its sending
/// direction: then the socket hands over all it holds, and the connection ends once that was taken.
final class WebSocketInbound extends ChannelInboundHandlerAdapter
    implements WebSocketProtocol.Receiver, EpollSocket.Reader {

  private static final CloseStatus SLOW_CONSUMER =
      CloseStatus.of(
          CloseStatus.POLICY_VIOLATION, "slow consumer: what waits for it is not being read");
  private static final CloseStatus UNANSWERED =
      new CloseStatus(CloseStatus.ABNORMAL_CLOSURE, "the close was not answered");
  private static final byte[] NOTHING = {};

  private final NettyWebSocketConnection connection;
  private final HomeLoop home;
  private final WebSocketOutbound outbound;
  private final Heartbeat heartbeat;
  private final ControlFrames controlFrames;
  private final @Nullable MessageRate messageRate; // null without a limit
  private final @Nullable ConnectionDeflate deflate; // null without compression
  private final WebSocketProtocol protocol;
  private final boolean tellsDropped; // by the clock; a connection that is closed tells at once
  private @Nullable MessageDeadline messageDeadline; // while a message stays unfinished
  private @Nullable ByteBuffer unread; // read from the socket while the connection was not ready
  private boolean inputEnded; // the peer sends nothing more
  private boolean unanswered; // the connection ended before the peer's close frame came
  private @Nullable Future<?> deadline; // of the closing handshake
  private int place; // in the home loop's list
  private long messagesReceived; // these two are read by any thread, some other time's value too
  private long bytesReceived;
  private volatile boolean paused; // asked by the thread that makes room, set here only

  WebSocketInbound(NettyWebSocketConnection connection, Opening opening) {
    this.connection = connection;
    this.home = opening.home();
    this.deflate = opening.deflate().orElse(null);
    this.outbound = connection.outbound();
    WebSocketOptions options = connection.options();
    this.tellsDropped = options.slowConsumerPolicy() != SlowConsumerPolicy.CLOSE;
    this.heartbeat = new Heartbeat(options, home.now());
    this.controlFrames = new ControlFrames(options.controlFrameRate(), home.now());
    this.messageRate = MessageRate.of(options.messageRate(), home.now());
    this.protocol =
        new WebSocketProtocol(
            opening.side(),
            options.maxMessageBytes(),
            this,
            deflate == null ? Inflation.NONE : deflate);
  }

  NettyWebSocketConnection connection() {
    return connection;
  }

  int place() {
    return place;
  }

  void place(int place) {
    this.place = place;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    home.add(this);
    if (!TlsConnection.isEncrypted(context.channel())) {
      EpollSocket.readStraight(context.channel(), this);
    }
  }

  @Override
  public boolean isOpen() {
    return connection.isConnected();
  }

  @Override
  public ByteBuf buffer() {
    return home.readBuffer(connection.channel()::alloc);
  }

  @Override
  public void take(ByteBuf in) {
    takeIn(in);
    endOfRead();
  }

  @Override
  public void endOfRound() {
    home.flushTogether();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    ByteBuf in = (ByteBuf) bytes;
    try {
      takeIn(in);
    } finally {
      in.release();
    }
  }

  private void takeIn(ByteBuf in) {
    heartbeat.heard(home.now());
    ByteBuffer read = in.internalNioBuffer(in.readerIndex(), in.readableBytes());
    if (unread == null) {
      outbound.startOfRead(in.readableBytes());
      receive(read);
      if (read.hasRemaining()) {
        unread = ByteBuffer.allocate(read.remaining()).put(read).flip();
      }
    } else {
      unread = joined(unread, read);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    endOfRead();
    home.flushTogether();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (unread == null) {
        endOnceAnswered();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    home.remove(this);
    unanswered = protocol.state() == WebSocketProtocol.State.CLOSING;
    try {
      protocol.end();
    } finally {
      clearDeadline();
      unread = null;
      outbound.discard();
      if (deflate != null) {
        deflate.close();
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause);
  }

  /// Ends the connection, of which channelInactive tells the rest. A broken socket, or TLS, is no
  /// fault, what the program threw was told before, and so was what ended it already.
  @Override
  public void fail(Throwable cause) {
    boolean broken = cause instanceof IOException || cause instanceof CodecException;
    if (!broken && connection.isOpen()) {
      connection.report(cause);
    }
    connection.channel().close();
  }

  /// Reads on, at the loop's next turn, if reading was paused; called by any thread.
  void resumeIfPaused() {
    if (paused) {
      connection.home().execute(() -> HomeLoop.step(connection, _ -> resume()));
    }
  }

  long messagesReceived() {
    return messagesReceived;
  }

  long bytesReceived() {
    return bytesReceived;
  }

  void startClosing(CloseStatus status) {
    if (protocol.state() == WebSocketProtocol.State.OPEN) {
      protocol.close(status);
      cutLater();
    }
  }

  /// Sends a ping with a payload of at most 125 bytes, for which the outbox has room.
  void ping(byte[] payload) {
    controlFrames.pingSent();
    outbound.ping(payload);
  }

  void onTick(int now) {
    if (tellsDropped) {
      connection.tellDropped(now);
    }
    watchSending(now);
    watchMessage(now);
    switch (heartbeat.judge(now)) {
      case ALIVE -> {}
      case ASK -> askForSignOfLife();
      case DEAD -> onSilence(now);
    }
  }

  /// The heartbeat's ping, for which there is always room.
  private void askForSignOfLife() {
    connection.outboxBudget().force(Outbox.controlFrameBytes(NOTHING));
    ping(NOTHING);
  }

  /// Bytes that the peer takes are a sign of life: its pong may be behind all that it has to read.
  private void watchSending(int now) {
    switch (outbound.watch(now)) {
      case MOVED -> heartbeat.heard(now);
      case WAITING -> {}
      case STUCK -> connection.close(SLOW_CONSUMER);
    }
  }

  private void watchMessage(int now) {
    if (paused || !protocol.isMidMessage()) {
      messageDeadline = null;
      return;
    }
    if (messageDeadline == null) {
      messageDeadline = new MessageDeadline(connection.options(), now);
    }
    messageDeadline.judge(now, heartbeat.heardAt()).ifPresent(protocol::failFor);
  }

  @Override
  public void onMessage(Message message) {
    messageDeadline = null;
    messagesReceived++;
    bytesReceived += message.size();
    if (messageRate != null) {
      messageRate.received(message, home.now());
    }
    connection.deliver(message);
  }

  @Override
  public void onPing(byte[] payload) {
    controlFrames.received(home.now());
    connection.deliverPing(payload);
  }

  @Override
  public void onPong(byte[] payload) {
    controlFrames.received(home.now());
    connection.deliverPong(payload);
  }

  @Override
  public void sendControl(int opcode, byte[] payload) {
    if (opcode == Opcode.CLOSE) {
      outbound.close(payload);
    } else {
      outbound.pong(payload);
    }
  }

  @Override
  public void onEnding() {
    if (protocol.state() == WebSocketProtocol.State.CLOSING) {
      endNow(); // the answer to a close of this side, behind which nothing may be sent
      return;
    }
    connection.answerAllThen(this::endNow);
    if (protocol.state() != WebSocketProtocol.State.CLOSED) {
      setDeadline(this::endNow);
    }
  }

  private void endNow() {
    connection.takeSubmitted();
    protocol.endNow();
  }

  @Override
  public void onClosed(CloseStatus status) {
    outbound.finish();
    connection.onClosed(unanswered && isNormal(status) ? UNANSWERED : status);
    cutLater();
  }

  /// Other codes tell why it was closed, which stays true (RFC 6455 §7.1.5).
  private static boolean isNormal(CloseStatus status) {
    return status.code() == CloseStatus.NORMAL_CLOSURE.code()
        || status.code() == CloseStatus.GOING_AWAY.code();
  }

  @Override
  public boolean isReady() {
    if (connection.isAboveHighWater()) {
      outbound.flush();
    }
    return connection.isReadyForMessages() || protocol.state() != WebSocketProtocol.State.OPEN;
  }

  private void receive(ByteBuffer in) {
    do {
      protocol.receive(in);
    } while (in.hasRemaining() && isReady()); // room may have been made since it stopped
    if (in.hasRemaining() || !isReady()) {
      pause();
    }
  }

  private void endOfRead() {
    outbound.gatherSubmitted();
    home.flushWithOthers(connection);
    connection.endOfRead();
  }

  /// Puts bytes behind those that wait, which may become many: its room grows by doubling.
  private static ByteBuffer joined(ByteBuffer waiting, ByteBuffer in) {
    int end = waiting.limit();
    if (waiting.capacity() - end < in.remaining()) {
      int bytes = waiting.remaining() + in.remaining();
      return ByteBuffer.allocate(2 * bytes).put(waiting).put(in).flip();
    }
    return waiting.limit(end + in.remaining()).put(end, in, in.position(), in.remaining());
  }

  private void pause() {
    paused = true;
    connection.channel().config().setAutoRead(false);
    if (isReady()) { // room was made before the flag could be seen
      resumeIfPaused();
    }
  }

  private void resume() {
    if (!paused || !isReady()) {
      return;
    }
    paused = false;
    heartbeat.heard(home.now()); // until now nobody listened
    if (unread != null) {
      receiveUnread(unread);
    }
    if (inputEnded && unread == null) {
      endOnceAnswered();
    } else if (!paused) {
      connection.channel().config().setAutoRead(true);
    }
  }

  /// All that the peer sent was delivered: ends the connection when that is answered, or takes
  /// longer than a close may, and the answers have left.
  private void endOnceAnswered() {
    setDeadline(this::endOnceSent);
    connection.answerAllThen(this::endOnceSent);
  }

  private void endOnceSent() {
    endNow(); // a close of the peer has waited for the answers, too
    outbound.flush();
    if (outbound.untakenBytes() == 0) {
      connection.channel().close();
    } else {
      paused = true; // room in the socket resumes, which looks again
      cutLater();
    }
  }

  /// Takes what waits, as much as one read brings: the loop has others to look after.
  private void receiveUnread(ByteBuffer waiting) {
    int end = waiting.limit();
    waiting.limit(Math.min(end, waiting.position() + HomeLoop.READ_BYTES));
    outbound.startOfRead(waiting.remaining());
    receive(waiting);
    endOfRead();
    home.flushTogether();
    waiting.limit(end);
    if (!waiting.hasRemaining()) {
      unread = null;
    } else if (!paused) {
      pause();
    }
  }

  /// A peer is not blamed for silence while it is this side that does not listen. Whether it takes
  /// what waits for it is seen by [#watchSending].
  private void onSilence(int now) {
    if (paused) {
      heartbeat.heard(now);
    } else {
      connection.channel().close();
    }
  }

  /// Cuts the connection after the close timeout. As long as the peer takes what was sent before,
  /// it gets that time again.
  private void cutLater() {
    if (connection.channel().isActive()) {
      outbound.flush(); // what the socket takes at once says nothing about the peer
    }
    long untaken = outbound.untakenBytes();
    setDeadline(() -> cutUnlessTaken(untaken));
  }

  private void cutUnlessTaken(long untakenBefore) {
    if (outbound.untakenBytes() >= untakenBefore) { // more: answers of TLS to its peer
      connection.channel().close();
    } else {
      cutLater();
    }
  }

  /// Runs the task after the close timeout, in place of what was to run before.
  private void setDeadline(Runnable task) {
    clearDeadline();
    if (connection.channel().isActive()) {
      long millis = connection.options().closeTimeout().toMillis();
      deadline =
          connection
              .channel()
              .eventLoop()
              .schedule(
                  () -> HomeLoop.step(connection, _ -> task.run()), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void clearDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
