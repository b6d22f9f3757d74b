package dev.gimlet.transport;

import dev.gimlet.http.EventStream;
import dev.gimlet.http.ServerSentEvent;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A stream of events over a Netty channel.
///
/// Thread-safe: events cross to the event loop through one [Handoff] and are counted in one
/// [ByteBudget]; one atomic reference says how it ends, one lock guards the callbacks.
final class NettyEventStream implements EventStream {

  private static final int LEAST_BYTES = 64; // what keeping an event costs besides its own bytes

  private final SocketAddress remoteAddress;
  private final @Nullable String user; // null when the program named none
  private final HomeLoop home;
  private final ServerEvents events;
  private final ByteBudget budget;
  private final Handoff<Object> submitted = new Handoff<>(); // events, and at last the end
  private final EventStreamInbound inbound;
  private final AtomicReference<@Nullable End> ending = new AtomicReference<>(); // null while open
  private boolean opened; // the event loop's
  private @Nullable End ended; // guarded by submitted
  private @Nullable List<Consumer<End>> callbacks = new ArrayList<>(2); // guarded; null once called

  NettyEventStream(
      Channel channel,
      HomeLoop home,
      WebSocketOptions options,
      @Nullable String user,
      SocketAddress remoteAddress,
      ServerEvents events) {
    this.remoteAddress = remoteAddress;
    this.user = user;
    this.home = home;
    this.events = events;
    this.budget = new ByteBudget(options.outboxBytes());
    this.inbound = new EventStreamInbound(channel, options, this);
  }

  // The public face: any thread

  @Override
  public SendResult send(ServerSentEvent event) {
    if (!isOpen()) {
      return SendResult.CLOSED;
    }
    int bytes = cost(event);
    if (!budget.reserve(bytes) && !(home.isCurrent() && reserveOnceWritten(bytes))) {
      end(End.SLOW_CONSUMER);
      return SendResult.CLOSED;
    }
    return switch (submitted.give(event)) {
      case FIRST -> {
        home.execute(inbound::sendSubmitted);
        yield SendResult.ACCEPTED;
      }
      case FURTHER -> SendResult.ACCEPTED;
      case REFUSED -> {
        budget.release(bytes);
        yield SendResult.CLOSED;
      }
    };
  }

  /// Where the event loop sends, nothing leaves before it returns: that is no fault of the client.
  private boolean reserveOnceWritten(int bytes) {
    inbound.writeSubmitted();
    return budget.reserve(bytes);
  }

  @Override
  public void close() {
    end(End.CLOSED);
  }

  /// Ends for this reason, unless it is ending: what others send later would be lost behind it.
  void end(End reason) {
    if (ending.compareAndSet(null, reason) && submitted.end(reason) == Handoff.Given.FIRST) {
      home.execute(inbound::sendSubmitted);
    }
  }

  @Override
  public boolean isOpen() {
    return ending.get() == null;
  }

  @Override
  public void whenClosed(Consumer<End> callback) {
    End known;
    synchronized (submitted) {
      known = ended;
      if (callbacks != null) {
        callbacks.add(callback);
      }
    }
    if (known != null) {
      End reason = known;
      home.executeAlways(() -> call(callback, reason));
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Optional<String> user() {
    return Optional.ofNullable(user);
  }

  @Override
  public Executor eventLoop() {
    return home;
  }

  @Override
  public String toString() {
    return "event stream of " + remoteAddress;
  }

  // The event loop's side

  static int cost(ServerSentEvent event) {
    return Math.max(LEAST_BYTES, event.encoded().remaining());
  }

  EventStreamInbound inbound() {
    return inbound;
  }

  void takeSubmitted(Consumer<ServerSentEvent> taker, Consumer<End> atLast) {
    submitted.takeAll(each -> {
      switch (each) {
        case ServerSentEvent event -> taker.accept(event);
        case End reason -> atLast.accept(reason);
        default -> throw new AssertionError(each);
      }
    });
  }

  void release(long bytes) {
    budget.release(bytes);
  }

  void onOpen() {
    opened = true;
    events.streamOpened(this);
  }

  /// The last word on this stream; said once.
  void onClosed(End reason) {
    ending.compareAndSet(null, reason);
    List<Consumer<End>> waiting;
    synchronized (submitted) {
      ended = reason;
      waiting = callbacks == null ? List.of() : callbacks;
      callbacks = null;
    }
    waiting.forEach(each -> call(each, reason));
    if (opened) {
      events.streamClosed(this, reason);
    }
  }

  private void call(Consumer<End> callback, End reason) {
    try {
      callback.accept(reason);
    } catch (Throwable failure) { // the boundary to the program
      events.handlerFailed("whenClosed of " + this, failure);
    }
  }
}
