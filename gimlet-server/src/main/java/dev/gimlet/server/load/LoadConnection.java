package dev.gimlet.server.load;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// One connection of a load: counts what comes, sends what it is told to, answers pings.
///
/// Owned by its event loop.
public final class LoadConnection extends ChannelInboundHandlerAdapter {
  private static final int NORMAL_CLOSURE = 1000;

  private final Clients clients;
  private final int index;
  private final Load load;
  private final Messages messages;
  private final MessageCounter counter;
  private final boolean isStalled;
  private @Nullable ChannelHandlerContext context;
  private int closeCode = CloseStatus.ABNORMAL_CLOSURE; // until a close frame says another
  int returned; // messages of this turn of the loop, for an echo

  /// A connection that is stalled stops reading when it is told to, and counts no messages.
  LoadConnection(Clients clients, int index, Load load, Messages messages, boolean isStalled) {
    this.clients = clients;
    this.index = index;
    this.load = load;
    this.messages = messages;
    this.isStalled = isStalled;
    this.counter = isStalled ? new FrameSkipper() : messages.counter(index);
    counter.onPing(payload -> send(Opcode.PONG, payload));
    counter.onClose(this::onClose);
  }

  /// Its number, from 0.
  public int index() {
    return index;
  }

  /// Sends so many messages.
  public void send(int count, long intendedNanos) {
    write(messages.frames(index, count, intendedNanos));
  }

  /// Sends what is a frame already.
  void write(ByteBuf frames) {
    ChannelHandlerContext to = context();
    ChannelFuture _ = to.writeAndFlush(frames, to.voidPromise());
  }

  /// Whether what was sent before has left, as far as may be told.
  public boolean isWritable() {
    return context().channel().isWritable();
  }

  boolean isStalled() {
    return isStalled;
  }

  /// Stops reading, or begins again.
  void setReading(boolean isReading) {
    Channel channel = context().channel();
    if (channel.isActive()) {
      channel.config().setAutoRead(isReading);
    }
  }

  /// With what the server closed it; 1006 without a close frame.
  int closeCode() {
    return closeCode;
  }

  /// Begins the closing handshake; done when the connection has ended.
  CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    context().channel().closeFuture().addListener(_ -> closed.complete(null));
    send(Opcode.CLOSE, new byte[] {NORMAL_CLOSURE >> 8, (byte) NORMAL_CLOSURE});
    return closed;
  }

  private void send(int opcode, byte[] payload) {
    write(MaskedFrame.of(opcode, payload, ThreadLocalRandom.current().nextInt()));
  }

  private void onClose(CloseStatus status) {
    closeCode = status.code();
    clients.onCloseFrame(this, status);
    ChannelFuture _ = context().close();
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("connection " + index + " is not open");
    }
    return context;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    load.onOpen(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object bytes) {
    ByteBuf in = (ByteBuf) bytes;
    int count;
    try {
      count = counter.count(in);
    } finally {
      in.release();
    }
    load.onMessages(this, count);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    load.onReadComplete(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    clients.onBroken(this, cause);
    ChannelFuture _ = from.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    clients.onClosed(this);
  }
}
