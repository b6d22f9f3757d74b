package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Stops accepting for a moment when it fails, as it does when no descriptors are left.
///
/// Trying again at once would keep a core busy and help nobody. First, with the one descriptor that
/// was kept back, those who wait are accepted and closed: they learn at once what they would
/// otherwise wait for in vain. Owned by the event loop of the listening socket.
final class AcceptPause extends ChannelInboundHandlerAdapter {

  private static final long PAUSE_MILLIS = 1000;
  private static final long LOOK_MILLIS = 20; // whether there are still some to be refused
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final ServerEvents events;
  private final LongSupplier nanoTime;
  private final SpareDescriptor spare = new SpareDescriptor();
  private @Nullable Future<?> nextLook; // null before the first failure
  private @Nullable Future<?> end; // of the pause; likewise
  private boolean refusing;
  private int refused; // since the last look
  private boolean told;
  private long toldNanos;

  AcceptPause(ServerEvents events, LongSupplier nanoTime) {
    this.events = events;
    this.nanoTime = nanoTime;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    spare.keep();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    cancel(nextLook);
    cancel(end);
    spare.close();
  }

  private static void cancel(@Nullable Future<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    if (refusing) {
      refused++;
      ((Channel) accepted).unsafe().closeForcibly();
    } else {
      context.fireChannelRead(accepted);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (refusing) {
      return; // one descriptor serves for one at a time, or another thread has taken it
    }
    tell(cause);
    if (context.channel().config().isAutoRead()) {
      refusing = true;
      spare.close();
      refused = 0;
      lookLater(context);
      end = context.executor().schedule(() -> resume(context), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void lookLater(ChannelHandlerContext context) {
    nextLook = context.executor().schedule(() -> look(context), LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Nobody is left who waits: those who come now may find a descriptor after the pause.
  private void look(ChannelHandlerContext context) {
    if (refusing && refused > 0) {
      refused = 0;
      lookLater(context);
    } else if (refusing) {
      endRefusing();
      context.channel().config().setAutoRead(false);
    }
  }

  private void resume(ChannelHandlerContext context) {
    endRefusing();
    context.channel().config().setAutoRead(true);
  }

  private void endRefusing() {
    refusing = false;
    spare.keep();
  }

  private void tell(Throwable cause) {
    long now = nanoTime.getAsLong();
    if (!told || now - toldNanos >= QUIET_NANOS) {
      told = true;
      toldNanos = now;
      spare.lendTo(() -> events.acceptFailed(String.valueOf(cause.getMessage())));
    }
  }
}
