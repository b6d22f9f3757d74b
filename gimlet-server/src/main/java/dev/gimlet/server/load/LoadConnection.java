package dev.gimlet.server.load;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelId;
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
  private @Nullable ChannelHandlerContext context;
  private boolean isStalled;
  int returned; // messages of this turn of the loop, for an echo

  LoadConnection(Clients clients, int index, Load load, Messages messages) {
    this.clients = clients;
    this.index = index;
    this.load = load;
    this.messages = messages;
    this.counter = messages.counter(index);
    counter.onPing(payload -> send(Opcode.PONG, payload));
    counter.onClose(this::onClose);
  }

  /// Its number, from 0.
  public int index() {
    return index;
  }

  /// Sends so many messages.
  public void send(int count, long intendedNanos) {
    ChannelHandlerContext to = context();
    ChannelFuture _ =
        to.writeAndFlush(messages.frames(index, count, intendedNanos), to.voidPromise());
  }

  /// Whether what was sent before has left, as far as may be told.
  public boolean isWritable() {
    return context().channel().isWritable();
  }

  /// Reads nothing more.
  void stall() {
    isStalled = true;
    clients.expectEnd(context().channel());
    context().channel().config().setAutoRead(false);
  }

  /// Reads again if it does not, and throws away what there is.
  void readToTheEnd() {
    if (isStalled) {
      context().channel().config().setAutoRead(true);
    }
  }

  ChannelId id() {
    return context().channel().id();
  }

  /// Begins the closing handshake; done when the connection has ended.
  CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    context().channel().closeFuture().addListener(_ -> closed.complete(null));
    send(Opcode.CLOSE, new byte[] {NORMAL_CLOSURE >> 8, (byte) NORMAL_CLOSURE});
    return closed;
  }

  private void send(int opcode, byte[] payload) {
    ChannelHandlerContext to = context();
    ByteBuf frame = MaskedFrame.of(opcode, payload, ThreadLocalRandom.current().nextInt());
    ChannelFuture _ = to.writeAndFlush(frame, to.voidPromise());
  }

  private void onClose(CloseStatus status) {
    String reason = status.reason().isEmpty() ? "" : ": " + status.reason();
    clients.onCloseFrame(context().channel(), "closed with " + status.code() + reason);
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
    if (isStalled) {
      in.release();
      return;
    }
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
    clients.onBroken(from.channel(), cause);
  }
}
