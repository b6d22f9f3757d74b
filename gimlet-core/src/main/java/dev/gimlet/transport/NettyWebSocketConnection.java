package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ConnectionStatistics;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A WebSocket over a Netty channel, served in event style.
///
/// Thread-safe: what other threads send is handed to the event loop through one [Handoff] and
/// counted in one [ByteBudget]; what may still be dropped waits in [WaitingMessages]; the rest
/// belongs to the event loop.
class NettyWebSocketConnection implements WebSocketConnection {

  private static final long MOST_HIGH_WATER_BYTES = 64 << 10;

  private static final AtomicIntegerFieldUpdater<NettyWebSocketConnection> CLOSING =
      AtomicIntegerFieldUpdater.newUpdater(NettyWebSocketConnection.class, "closing");

  /// An order of the program to the event loop, besides messages.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Ping(byte[] payload) {}

  private static final byte[] NOTHING = {};

  private final long id;
  private final Channel channel;
  private final WebSocketOptions options;
  private final @Nullable String subprotocol;
  private final @Nullable String user; // null when the program named none
  private final WebSocketListener listener;
  private final ServerEvents events;
  private final HomeLoop home;
  private final WebSocketInbound inbound;
  private final WebSocketOutbound outbound;
  private final InetSocketAddress client;
  private final Registration registration;
  private final ByteBudget outboxBudget;
  private final Handoff<Object> submitted = new Handoff<>();
  private final DroppedMessages dropped = new DroppedMessages();
  private final @Nullable WaitingMessages waiting; // null where nothing is dropped once accepted
  private final long openedAtMillis = System.currentTimeMillis();
  private volatile int closing; // 1 once nothing more may be sent
  private volatile @Nullable CloseStatus closeStatus;
  private @Nullable List<Consumer<CloseStatus>> closeCallbacks; // guarded by submitted
  private volatile @Nullable Map<String, Object> attributes; // null until there is one

  NettyWebSocketConnection(Opening opening, WebSocketListener listener) {
    this.id = opening.id();
    this.channel = opening.channel();
    this.options = opening.options();
    this.subprotocol = opening.subprotocol().orElse(null);
    this.user = opening.user().orElse(null);
    this.events = opening.events();
    this.home = opening.home();
    this.listener = listener;
    this.client = opening.client();
    this.registration = opening.registration();
    this.outboxBudget = new ByteBudget(options.outboxBytes());
    this.waiting =
        switch (options.slowConsumerPolicy()) {
          case CLOSE, DROP_NEWEST -> null;
          case DROP_OLDEST, LATEST_PER_KEY ->
              new WaitingMessages(options.slowConsumerPolicy(), outboxBudget, dropped);
        };
    this.outbound = new WebSocketOutbound(this, opening);
    this.inbound = new WebSocketInbound(this, opening);
  }

  // The public face: any thread

  @Override
  public long id() {
    return id;
  }

  @Override
  public SendResult send(Message message) {
    int bytes = Outbox.frameBytes(message);
    if (waiting != null) {
      return letWait(waiting, message, null, bytes);
    }
    SendResult result = admit(bytes);
    return result == SendResult.ACCEPTED ? submit(message, bytes) : result;
  }

  @Override
  public SendResult send(Message message, String key) {
    Objects.requireNonNull(key, "key");
    return waiting == null
        ? send(message)
        : letWait(waiting, message, key, Outbox.frameBytes(message));
  }

  @Override
  public SendResult send(PreparedMessage message) {
    int bytes = SharedFrames.of(message).plain().size();
    if (waiting != null) {
      return letWait(waiting, message, message.key().orElse(null), bytes);
    }
    SendResult result = admit(bytes);
    return result == SendResult.ACCEPTED ? submit(message, bytes) : result;
  }

  @Override
  public void ping() {
    int bytes = Outbox.controlFrameBytes(NOTHING);
    if (isOpen() && outboxBudget.reserve(bytes)) {
      submit(new Ping(NOTHING), bytes);
    }
  }

  /// Sends a ping with a payload of at most 125 bytes, which is not copied, even when the outbox is
  /// full.
  void ping(byte[] payload) {
    if (isOpen()) {
      int bytes = Outbox.controlFrameBytes(payload);
      outboxBudget.force(bytes);
      submit(new Ping(payload), bytes);
    }
  }

  @Override
  public void close(CloseStatus status) {
    CloseStatus sendable = CloseStatus.of(status.code(), status.reason());
    if (CLOSING.compareAndSet(this, 0, 1)) {
      startClosing(sendable);
    }
  }

  @Override
  public boolean isOpen() {
    return closing == 0 && isConnected();
  }

  @Override
  public Optional<CloseStatus> closeStatus() {
    return Optional.ofNullable(closeStatus);
  }

  @Override
  public void whenClosed(Consumer<CloseStatus> callback) {
    CloseStatus known;
    synchronized (submitted) {
      known = closeStatus;
      if (known == null) {
        if (closeCallbacks == null) {
          closeCallbacks = new ArrayList<>(2);
        }
        closeCallbacks.add(callback);
      }
    }
    if (known != null) {
      CloseStatus status = known;
      home.executeAlways(() -> call("whenClosed", () -> callback.accept(status)));
    }
  }

  @Override
  public ConnectionStatistics statistics() {
    return new ConnectionStatistics(
        Instant.ofEpochMilli(openedAtMillis),
        inbound.messagesReceived(),
        inbound.bytesReceived(),
        outbound.messagesSent(),
        outbound.bytesSent(),
        outboxBudget.used(),
        dropped.total());
  }

  @Override
  public Optional<String> subprotocol() {
    return Optional.ofNullable(subprotocol);
  }

  @Override
  public SocketAddress remoteAddress() {
    return client;
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
  public <T> Optional<T> attribute(String name, Class<T> type) {
    Map<String, Object> known = attributes;
    return known == null ? Optional.empty() : Optional.ofNullable(known.get(name)).map(type::cast);
  }

  @Override
  public void attribute(String name, Object value) {
    attributes().put(name, Objects.requireNonNull(value, name));
  }

  private Map<String, Object> attributes() {
    synchronized (submitted) {
      Map<String, Object> known = attributes;
      if (known == null) {
        known = new ConcurrentHashMap<>(4);
        attributes = known;
      }
      return known;
    }
  }

  @Override
  public String toString() {
    return "WebSocket " + id + " of " + remoteAddress();
  }

  /// Whether a message of this size may still be sent; what does not fit is left to the policy.
  private SendResult admit(int bytes) {
    if (!isOpen()) {
      return SendResult.CLOSED;
    }
    return outboxBudget.reserve(bytes) || (isOnLoop() && reserveOnceWritten(bytes))
        ? SendResult.ACCEPTED
        : refuse();
  }

  private boolean reserveOnceWritten(int bytes) {
    writeSubmitted();
    return outboxBudget.reserve(bytes);
  }

  /// Where the event loop sends, nothing leaves before it returns: that is no fault of the peer.
  void writeSubmitted() {
    outbound.writeSubmitted();
  }

  /// A message did not fit into the outbox.
  SendResult refuse() {
    if (options.slowConsumerPolicy() == SlowConsumerPolicy.DROP_NEWEST) {
      return dropped.add(1) ? SendResult.DROPPED : SendResult.CLOSED;
    }
    if (CLOSING.compareAndSet(this, 0, 1)) {
      dropped.add(1);
      startClosing(overflow());
    }
    return SendResult.CLOSED;
  }

  private CloseStatus overflow() {
    return CloseStatus.of(
        CloseStatus.POLICY_VIOLATION,
        "slow consumer: more than " + options.outboxBytes() + " bytes were waiting");
  }

  private SendResult letWait(
      WaitingMessages line, Object message, @Nullable String key, int frameBytes) {
    if (!isOpen()) {
      return SendResult.CLOSED;
    }
    if (isAboveHighWater() && isOnLoop()) {
      writeSubmitted();
    }
    switch (line.put(message, key, frameBytes)) {
      case FIRST -> comeForWaiting();
      case FURTHER -> {}
      case DROPPED -> {
        return SendResult.DROPPED;
      }
      case FULL -> {
        close(overflow());
        return SendResult.CLOSED;
      }
      case ENDED -> {
        return SendResult.CLOSED;
      }
    }
    return SendResult.ACCEPTED;
  }

  private void comeForWaiting() {
    if (isOnLoop()) {
      takeSubmitted();
    } else {
      home.collect(this);
    }
  }

  /// Gives the outbox something that bytes were reserved for, behind what came before.
  private SendResult submit(Object order, int bytes) {
    if (isOnLoop()) {
      takeSubmitted();
      return take(order) ? SendResult.ACCEPTED : SendResult.CLOSED;
    }
    return handOver(order, bytes);
  }

  private SendResult handOver(Object order, int bytes) {
    return switch (submitted.give(order)) {
      case FIRST -> {
        home.collect(this);
        yield SendResult.ACCEPTED;
      }
      case FURTHER -> SendResult.ACCEPTED;
      case REFUSED -> {
        outboxBudget.release(bytes);
        yield SendResult.CLOSED;
      }
    };
  }

  /// The last order: what other threads hand over later would be lost behind the close frame.
  private void startClosing(CloseStatus status) {
    boolean first = submitted.end(status) == Handoff.Given.FIRST;
    if (isOnLoop()) {
      takeSubmitted();
    } else if (first) {
      home.collect(this);
    }
  }

  boolean isOnLoop() {
    return home.isCurrent();
  }

  /// Whether the transport can still take something; called by any thread.
  boolean isConnected() {
    return outbound.isConnected();
  }

  // The event loop's side

  Channel channel() {
    return channel;
  }

  WebSocketOptions options() {
    return options;
  }

  HomeLoop home() {
    return home;
  }

  ByteBudget outboxBudget() {
    return outboxBudget;
  }

  WebSocketInbound inbound() {
    return inbound;
  }

  WebSocketOutbound outbound() {
    return outbound;
  }

  void open() {
    registration.enter(this);
    events.opened(this);
    call("onOpen", () -> listener.onOpen(this));
  }

  void takeSubmitted() {
    if (waiting != null) {
      outbound.takeWaiting(waiting);
    }
    if (!submitted.isEmpty()) {
      submitted.takeAll(this::take);
    }
  }

  /// False when it came too late, behind a close frame.
  private boolean take(Object order) {
    return switch (order) {
      case Message message -> outbound.send(message);
      case PreparedMessage message -> outbound.send(message);
      case CloseStatus status -> {
        tellDropped(home.now());
        inbound.startClosing(status);
        onRoom();
        yield true;
      }
      case Ping ping -> {
        inbound.ping(ping.payload());
        yield true;
      }
      default -> throw new AssertionError(order);
    };
  }

  void deliver(Message message) {
    try {
      listener.onMessage(this, message);
    } catch (Throwable failure) {
      onFailure("onMessage", failure);
    }
  }

  void deliverPing(byte[] payload) {
    call("onPing", () -> listener.onPing(this, ByteBuffer.wrap(payload)));
  }

  void deliverPong(byte[] payload) {
    call("onPong", () -> listener.onPong(this, ByteBuffer.wrap(payload)));
  }

  /// The last word on this connection: everyone who waits for it is told.
  void onClosed(CloseStatus status) {
    closing = 1;
    List<Consumer<CloseStatus>> callbacks;
    synchronized (submitted) {
      closeStatus = status;
      callbacks = closeCallbacks == null ? List.of() : List.copyOf(closeCallbacks);
      closeCallbacks = null;
    }
    registration.leave(this); // before the callbacks: those see the connections that are left
    call("onClose", () -> listener.onClose(this, status));
    callbacks.forEach(each -> call("whenClosed", () -> each.accept(status)));
    tellDropped(dropped.finish());
    events.closed(this, status);
  }

  /// Tells, at most once a second, how many messages were dropped.
  void tellDropped(int now) {
    tellDropped(dropped.takeUntold(now));
  }

  private void tellDropped(long messages) {
    if (messages > 0) {
      events.slowConsumer(this, options.slowConsumerPolicy(), messages);
    }
  }

  @Nullable WaitingMessages waiting() {
    return waiting;
  }

  /// Above so many unsent bytes, what the peer sends stays in the socket: what then waits leaves
  /// room for an answer.
  long highWaterBytes() {
    return Math.min(MOST_HIGH_WATER_BYTES, outboxBudget.limit() / 2);
  }

  boolean isAboveHighWater() {
    return outboxBudget.used() > highWaterBytes();
  }

  /// Whether another message may be delivered now.
  boolean isReadyForMessages() {
    return !isAboveHighWater();
  }

  /// Runs the task on the event loop once the messages delivered so far have been answered.
  void answerAllThen(Runnable task) {
    task.run(); // they were, within the callback
  }

  /// All bytes of one read were delivered.
  void endOfRead() {}

  /// The outbox was emptied, or is not to be filled any more.
  void onRoom() {}

  /// Calls a program's code: what it throws closes this connection and is reported once.
  void call(String where, Runnable callback) {
    try {
      callback.run();
    } catch (Throwable failure) {
      onFailure(where, failure);
    }
  }

  /// Tells of a failure that was not the program's.
  void report(Throwable failure) {
    events.handlerFailed(toString(), failure);
  }

  /// Tells that a program's code threw, and closes; the peer hears no details. Once it is closed,
  /// others have still to be told of that, whatever was thrown.
  final void onFailure(String where, Throwable failure) {
    events.handlerFailed(where + " of " + this, failure);
    close(CloseStatus.of(CloseStatus.INTERNAL_ERROR, "internal server error"));
    if (closeStatus == null && failure instanceof OutOfMemoryError error) {
      throw error;
    }
  }
}
