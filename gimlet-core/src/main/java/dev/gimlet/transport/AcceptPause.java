package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Stops accepting for a moment when it fails, as it does when no descriptors are left.
///
/// Trying again at once would keep a core busy and help nobody. Owned by the event loop of the
/// listening socket.
final class AcceptPause extends ChannelInboundHandlerAdapter {

  private static final long PAUSE_MILLIS = 1000;
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final ServerEvents events;
  private final LongSupplier nanoTime;
  private final SpareDescriptor spare = new SpareDescriptor();
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
    spare.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (context.channel().config().isAutoRead()) {
      context.channel().config().setAutoRead(false);
      context.executor().schedule(() -> resume(context), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
    tell(cause);
  }

  private static void resume(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(true);
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
