package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gimlet.http.EventStream.End;
import dev.gimlet.http.ServerSentEvent;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connection of one event stream: what is written to it, and how it ends.
///
/// Owned by its event loop. What the client sends after its request is thrown away.
final class EventStreamInbound extends ChannelInboundHandlerAdapter {

  private static final byte[] COMMENT = ":\n\n".getBytes(US_ASCII);

  private final Channel channel;
  private final WebSocketOptions options;
  private final NettyEventStream stream;
  private @Nullable Future<?> heartbeat; // null when there is none
  private @Nullable Future<?> stallCheck; // while the socket is full
  private boolean begun; // the head is written, and events may follow
  private boolean closed; // told to the stream
  private long untakenBytes; // what waited at the last look, and was added since
  private boolean stalled; // at that look

  EventStreamInbound(Channel channel, WebSocketOptions options, NettyEventStream stream) {
    this.channel = channel;
    this.options = options;
    this.stream = stream;
  }

  NettyEventStream stream() {
    return stream;
  }

  /// Begins with the head of the answer, which is all there is for a HEAD request.
  void start(ByteBuf head, boolean isHead) {
    assert channel.eventLoop().inEventLoop();
    // A client that ends its sending direction has left: nobody else would ever notice.
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    channel.config().setAutoRead(true);
    stream.onOpen();
    if (isHead) {
      close(End.CLOSED); // throws away what was sent meanwhile (RFC 9110 §9.3.2)
      finishWith(head);
    } else {
      channel.writeAndFlush(head, channel.voidPromise());
      begun = true;
      watch();
    }
  }

  /// Without an answer from its kernel for as long as a WebSocket has for a pong, the client is
  /// gone.
  private void watch() {
    Duration interval = options.heartbeatInterval();
    if (!interval.isZero()) {
      long deadMillis = interval.plus(options.heartbeatTimeout()).toMillis();
      channel
          .config()
          .setOption(EpollChannelOption.TCP_USER_TIMEOUT, (int) Math.min(deadMillis, 1 << 30));
      heartbeat = everyInterval(this::beat, interval);
    }
  }

  private void beat() {
    if (SendProgress.waitingBytes(channel) == 0) { // else there is enough to take
      channel.writeAndFlush(Unpooled.wrappedBuffer(COMMENT), channel.voidPromise());
    }
  }

  /// Writes what was handed over so far, in the midst of a program's code. That may hold locks
  /// under which no callback may run: an end among it has to wait.
  void writeSubmitted() {
    assert channel.eventLoop().inEventLoop();
    End reason = begun ? write() : null;
    if (reason != null) {
      stream.eventLoop().execute(() -> end(reason));
    }
  }

  /// Sends what was handed over, and ends if that was.
  void sendSubmitted() {
    assert channel.eventLoop().inEventLoop();
    End reason = write();
    if (reason != null) {
      end(reason);
    }
  }

  /// Writes what was handed over; the end that came behind it, null if there was none.
  private @Nullable End write() {
    long before = SendProgress.waitingBytes(channel);
    Gathered gathered = new Gathered();
    stream.takeSubmitted(gathered::add, gathered::end);
    if (gathered.bytes > 0) {
      ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER); // after all before it
      untakenBytes += SendProgress.waitingBytes(channel) - before; // a full socket takes nothing
      written.addListener(_ -> stream.release(gathered.bytes));
      if (!written.isDone()) {
        watchStall();
      }
    }
    return gathered.end;
  }

  /// What one turn writes. Owned by the event loop.
  private final class Gathered {
    private long bytes; // as they were counted
    private @Nullable End end; // behind them

    private void add(ServerSentEvent event) {
      if (closed) {
        stream.release(NettyEventStream.cost(event));
      } else {
        channel.write(Unpooled.wrappedBuffer(event.encoded()), channel.voidPromise());
        bytes += NettyEventStream.cost(event);
      }
    }

    private void end(End reason) {
      end = reason;
    }
  }

  /// Looks twice in the time that a client has to take something: after the process was stopped for
  /// a while the first look proves nothing.
  private void watchStall() {
    if (stallCheck == null && !options.sendTimeout().isZero()) {
      untakenBytes = SendProgress.waitingBytes(channel);
      stalled = false;
      stallCheck = everyInterval(this::lookForStall, options.sendTimeout().dividedBy(2));
    }
  }

  private void lookForStall() {
    long waiting = SendProgress.waitingBytes(channel);
    boolean unmoved = waiting > 0 && waiting >= untakenBytes;
    if (unmoved && stalled) {
      stream.end(End.SLOW_CONSUMER);
    }
    stalled = unmoved;
    untakenBytes = waiting;
    if (waiting == 0 && stallCheck != null) {
      stallCheck.cancel(false);
      stallCheck = null;
    }
  }

  /// Ends behind what was sent, also for a slow client: cut in the midst of an event it would come
  /// back for the same one again and again.
  private void end(End reason) {
    if (!closed) {
      close(reason);
      finishWith(Unpooled.EMPTY_BUFFER);
    }
  }

  /// Says goodbye behind the last bytes.
  private void finishWith(ByteBuf last) {
    channel.writeAndFlush(last).addListener(_ -> HttpService.shutOutput(channel));
    cutLater();
  }

  private void cutLater() {
    untakenBytes = SendProgress.waitingBytes(channel);
    channel
        .eventLoop()
        .schedule(this::cutUnlessTaken, options.closeTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  /// A client that still takes what was sent gets its time again.
  private void cutUnlessTaken() {
    if (SendProgress.waitingBytes(channel) < untakenBytes) {
      cutLater();
    } else {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object ignored) {
    ReferenceCountUtil.release(ignored);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    close(End.CLIENT_GONE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close(); // a broken socket: channelInactive tells the rest
  }

  /// Nothing more is written; told once.
  void close(End reason) {
    if (closed) {
      return;
    }
    closed = true;
    if (heartbeat != null) {
      heartbeat.cancel(false);
    }
    if (stallCheck != null) {
      stallCheck.cancel(false);
    }
    sendSubmitted(); // gives back what was counted
    stream.onClosed(reason);
  }

  private Future<?> everyInterval(Runnable task, Duration interval) {
    long nanos = Math.max(1, interval.toNanos());
    return channel.eventLoop().scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }
}
