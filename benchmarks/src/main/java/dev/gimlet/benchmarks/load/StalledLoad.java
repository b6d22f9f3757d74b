package dev.gimlet.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Publishes at a fixed rate and times each delivery, while some members do not read.
///
/// A delivery is timed from the moment its publication was due, so that a server that is late
/// cannot hide it. Owned by its event loop.
final class StalledLoad {
  private static final long INTERVAL_NANOS = 50_000_000; // 20 publications a second
  private static final int MAX_PUBLICATIONS = 1 << 16; // 54 minutes

  private final Clients clients;
  private final Outgoing outgoing;
  private final int stalled;
  private final List<ChannelHandlerContext> members = new ArrayList<>();
  private final long[] dueNanos = new long[MAX_PUBLICATIONS];
  private long[] nanos = new long[1 << 16];
  private int timed;
  private int published;
  private int countsFrom; // deliveries of earlier publications are not timed
  private @Nullable Future<?> clock;

  StalledLoad(LoadOptions options, Clients clients) {
    this.clients = clients;
    this.outgoing = new Outgoing(options, 1);
    this.stalled = options.stalled();
  }

  ChannelHandler connection() {
    return new Member();
  }

  /// The last ones stop reading, the first one publishes.
  void start() {
    members
        .subList(members.size() - stalled, members.size())
        .forEach(each -> {
          clients.expectEnd(each.channel());
          each.channel().config().setAutoRead(false);
        });
    clock =
        members
            .getFirst()
            .executor()
            .scheduleAtFixedRate(this::publish, 0, INTERVAL_NANOS, TimeUnit.NANOSECONDS);
  }

  /// Times only what is published from now on.
  void forget() {
    countsFrom = published;
    timed = 0;
  }

  void stop() {
    if (clock != null) {
      clock.cancel(false);
    }
  }

  DeliveryTime deliveryTime() {
    if (timed == 0) {
      throw new IllegalStateException("no message came back while measuring");
    }
    long[] sorted = Arrays.copyOf(nanos, timed);
    Arrays.sort(sorted);
    return new DeliveryTime(
        timed, at(sorted, 0.50), at(sorted, 0.99), sorted[sorted.length - 1] / 1e6);
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] / 1e6;
  }

  private void publish() {
    ChannelHandlerContext publisher = members.getFirst();
    long now = System.nanoTime();
    dueNanos[published] = published == 0 ? now : dueNanos[published - 1] + INTERVAL_NANOS;
    published++;
    ChannelFuture _ = publisher.writeAndFlush(outgoing.frames(1), publisher.voidPromise());
  }

  private void time(int publication, long now) {
    if (publication < countsFrom) {
      return;
    }
    if (timed == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * timed);
    }
    nanos[timed++] = now - dueNanos[publication];
  }

  private final class Member extends ChannelInboundHandlerAdapter {
    private final MessageCounter counter = outgoing.counter();
    private int received;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      members.add(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      ByteBuf in = (ByteBuf) bytes;
      int count = counter.count(in);
      in.release();
      long now = System.nanoTime();
      for (int i = 0; i < count; i++) {
        time(received++, now);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!clients.isEndExpected(context.channel())) {
        clients.fail(cause);
      }
    }
  }
}
