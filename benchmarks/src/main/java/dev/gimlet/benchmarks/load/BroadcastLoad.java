package dev.gimlet.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Lets one connection publish to all, or several by turns, so that the server always has the next
/// publication waiting.
///
/// A publication is over when every member has it; as many as `inFlight` are under way. Owned by
/// its event loop, except the sum of deliveries, which has one writer.
final class BroadcastLoad implements Load {
  private final Clients clients;
  private final int inFlight;
  private final Outgoing outgoing;
  private final List<ChannelHandlerContext> members = new ArrayList<>();
  private final AtomicLong deliveries = new AtomicLong();
  private final int publishers;
  private long published;
  private long nextAt; // deliveries at which the oldest publication under way is over

  BroadcastLoad(LoadOptions options, Clients clients) {
    this.clients = clients;
    this.inFlight = options.inFlight();
    this.publishers = options.publishers();
    this.outgoing = new Outgoing(options, inFlight);
  }

  @Override
  public ChannelHandler connection() {
    return new Member();
  }

  @Override
  public void start() {
    if (publishers == 1) {
      publish(members.getFirst(), inFlight);
    } else {
      for (int i = 0; i < inFlight; i++) {
        publish(publisher(), 1);
      }
    }
  }

  @Override
  public long messages() {
    return deliveries.getOpaque();
  }

  private ChannelHandlerContext publisher() {
    return members.get((int) (published % publishers));
  }

  private void publish(ChannelHandlerContext publisher, int count) {
    published += count;
    nextAt = (published - inFlight + 1) * members.size();
    ChannelFuture _ = publisher.writeAndFlush(outgoing.frames(count), publisher.voidPromise());
  }

  private final class Member extends ChannelInboundHandlerAdapter {
    private final MessageCounter counter = outgoing.counter();

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      members.add(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      ByteBuf in = (ByteBuf) bytes;
      long sum = deliveries.getPlain() + counter.count(in);
      in.release();
      deliveries.setOpaque(sum);
      while (sum >= nextAt) {
        publish(publisher(), 1);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      clients.fail(cause);
    }
  }
}
