package dev.gimlet.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps a fixed number of messages in flight on every connection.
///
/// Owned by its event loop, except the sum of messages, which has one writer.
final class EchoLoad implements Load {
  private final Clients clients;
  private final int inFlight;
  private final Outgoing outgoing;
  private final List<ChannelHandlerContext> connections = new ArrayList<>();
  private final AtomicLong sum = new AtomicLong();

  EchoLoad(LoadOptions options, Clients clients) {
    this.clients = clients;
    this.inFlight = options.inFlight();
    this.outgoing = new Outgoing(options, inFlight);
  }

  @Override
  public ChannelHandler connection() {
    return new Connection();
  }

  @Override
  public void start() {
    connections.forEach(each -> send(each, inFlight));
  }

  @Override
  public long messages() {
    return sum.getOpaque();
  }

  private void send(ChannelHandlerContext connection, int count) {
    ChannelFuture _ = connection.writeAndFlush(outgoing.frames(count), connection.voidPromise());
  }

  private final class Connection extends ChannelInboundHandlerAdapter {
    private final MessageCounter counter = outgoing.counter();
    private int returned; // in this turn of the loop

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      connections.add(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      ByteBuf in = (ByteBuf) bytes;
      returned += counter.count(in);
      in.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (returned > 0) {
        sum.setOpaque(sum.getPlain() + returned);
        send(context, returned);
        returned = 0;
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      clients.fail(cause);
    }
  }
}
