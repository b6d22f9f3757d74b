package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Closes connections behind the only answer they get.
///
/// A socket that is closed while it holds unread bytes resets the connection, and with it an answer
/// that the peer has not read. So for a moment what the peer sends is read and thrown away; those
/// beyond a number are closed at once, for a refusal must cost little. Thread-safe: one atomic
/// number.
final class Farewells {
  private static final int MOST_AT_ONCE = 100;
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final AtomicInteger open = new AtomicInteger();

  /// Sends the answer and closes; called on the channel's event loop.
  void close(Channel channel, ByteBuf answer) {
    assert channel.eventLoop().inEventLoop();
    ChannelFuture written = channel.writeAndFlush(answer);
    if (open.incrementAndGet() > MOST_AT_ONCE) {
      open.decrementAndGet();
      written.addListener(ChannelFutureListener.CLOSE);
      return;
    }
    channel.pipeline().addLast(new Unheard());
    Future<?> end =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), LINGER.toMillis(), TimeUnit.MILLISECONDS);
    channel
        .closeFuture()
        .addListener(_ -> {
          open.decrementAndGet();
          end.cancel(false);
        });
    written.addListener(_ -> HttpService.shutOutput(channel));
  }

  /// Throws away what still comes, until the peer ends.
  static final class Unheard extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        context.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
