package dev.gimlet.benchmarks.load;

import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Connections that say nothing, except that they answer pings.
///
/// Owned by its event loop, except the number of open connections, which is atomic.
final class IdleLoad {

  /// What the process reports: how many connections are open.
  record State(int open) {}

  private static final byte[] NOTHING = {};

  private final Clients clients;
  private final AtomicInteger open = new AtomicInteger();

  IdleLoad(Clients clients) {
    this.clients = clients;
  }

  ChannelHandler connection() {
    return new Connection();
  }

  int open() {
    return open.get();
  }

  private final class Connection extends ChannelInboundHandlerAdapter {
    private final FrameCounter counter = new FrameCounter(Opcode.TEXT, NOTHING);

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      open.incrementAndGet();
      counter.onPing(payload -> pong(context, payload));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      ByteBuf in = (ByteBuf) bytes;
      counter.count(in);
      in.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      open.decrementAndGet();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      clients.fail(cause);
    }
  }

  private static void pong(ChannelHandlerContext context, ByteBuf payload) {
    byte[] bytes = ByteBufUtil.getBytes(payload);
    payload.release();
    ByteBuf frame = MaskedFrame.of(Opcode.PONG, bytes, ThreadLocalRandom.current().nextInt());
    ChannelFuture _ = context.writeAndFlush(frame, context.voidPromise());
  }
}
