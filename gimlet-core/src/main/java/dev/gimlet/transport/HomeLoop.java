package dev.gimlet.transport;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.codec.MaskingKeys;
import dev.gimlet.websocket.codec.MessageDeflater;
import dev.gimlet.websocket.codec.MessageInflater;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the connections of one event loop share: one clock for heartbeats, one buffer to read into,
/// one end of each turn at which messages cross to and from other threads, and the compressors that
/// are lent for one message.
///
/// Owned by its event loop, and by whoever ended that once it has; other threads only call
/// [#execute], [#collect] and [#closeAll]. The clock counts its own ticks instead of reading the
/// time: a process that was stopped for a minute has lived one tick, so that nobody is judged dead
/// before what he sent in the meantime has been read.
final class HomeLoop implements Executor {

  /// How often the clock ticks.
  static final long TICK_MILLIS = 100;

  /// The size of the buffer that connections read into.
  static final int READ_BYTES = 64 << 10;

  private static final int CONNECTIONS_PER_TICK = 4096;
  private static final int ANSWER_ROUNDS = 16;

  // Powers of four: a receiver who stops reading holds one that is mostly full.
  private static final int SMALLEST_SHIFT = 8;
  private static final int WRITE_SIZES = 5;
  private static final int LITTLE_SIZES = 2;

  /// What waits in a buffer of this size, or in a smaller one, is little.
  static final int LITTLE_BYTES = writeBytes(LITTLE_SIZES - 1);

  private final EventLoop loop;
  private final LentBuffers readBuffer = new LentBuffers(1, READ_BYTES);
  private final LentBuffers[] writeBuffers = new LentBuffers[WRITE_SIZES];
  private final NativeFrame nativeFrame = new NativeFrame();
  private final WriteRound writeRound = new WriteRound();
  private final List<WebSocketInbound> connections = new ArrayList<>();
  private final Handoff<NettyWebSocketConnection> submitters = new Handoff<>();
  private List<NettyWebSocketConnection> unflushed = new ArrayList<>();
  private List<Mailbox> filled = new ArrayList<>();
  private @Nullable NettyWebSocketConnection latest; // got messages last; not in unflushed
  private boolean turnEnds; // its end is among the loop's tasks
  private int turn = 1; // its number; 0 is none
  private final @Nullable MessageDeflater[] deflaters = new MessageDeflater[10]; // by level
  private @Nullable MessageInflater inflater;
  private @Nullable MaskingKeys maskingKeys; // once there was a client
  private @Nullable Future<?> clock; // runs while there are connections
  private int next; // the connection to look at first in the next tick
  private int now;

  HomeLoop(EventLoop loop) {
    this.loop = loop;
    Arrays.setAll(writeBuffers, HomeLoop::newWriteBuffers);
  }

  /// As many little ones as a round of writes needs at once.
  private static LentBuffers newWriteBuffers(int size) {
    int count = size < LITTLE_SIZES ? WriteRound.MOST : 1;
    return new LentBuffers(count, writeBytes(size));
  }

  private static int writeBytes(int size) {
    return 1 << (SMALLEST_SHIFT + 2 * size);
  }

  /// Whether the current thread is the loop's.
  boolean isCurrent() {
    return loop.inEventLoop();
  }

  /// The number of the current tick.
  int now() {
    return now;
  }

  void add(WebSocketInbound connection) {
    assert loop.inEventLoop();
    connection.place(connections.size());
    connections.add(connection);
    if (clock == null) {
      connection.onTick(now); // loads its classes while there are descriptors to load them from
      clock =
          loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  void remove(WebSocketInbound connection) {
    assert loop.inEventLoop();
    WebSocketInbound last = connections.removeLast();
    if (last != connection) {
      connections.set(connection.place(), last);
      last.place(connection.place());
    }
    if (connections.isEmpty() && clock != null) {
      clock.cancel(false);
      clock = null;
    }
  }

  /// Messages for this connection follow: flushes the one that got messages before it, so that its
  /// buffer can be lent again and nothing has to be fetched into the processor's cache twice.
  void turnTo(NettyWebSocketConnection connection) {
    assert loop.inEventLoop();
    NettyWebSocketConnection before = latest;
    if (before != null && !before.equals(connection)) {
      latest = null;
      before.outbound().flushedIn(turn);
      flushWithOthers(before);
    }
  }

  /// Flushes the connection; one that has little to write, right after others, with which it waits
  /// for [#flushTogether].
  void flushWithOthers(NettyWebSocketConnection connection) {
    assert loop.inEventLoop();
    if (!writeRound.take(connection)) {
      step(connection, HomeLoop::flush);
    }
  }

  /// Flushes those that wait for it.
  void flushTogether() {
    assert loop.inEventLoop();
    writeRound.flush();
  }

  /// Flushes the connection when another one gets messages, but once in a turn: the rest, which may
  /// be many messages for several connections by turns, when this turn of the loop is over.
  void flushLater(NettyWebSocketConnection connection) {
    assert loop.inEventLoop();
    if (latest == null && connection.outbound().flushedIn() != turn) {
      latest = connection;
    } else {
      unflushed.add(connection);
    }
    endTurnLater();
  }

  /// Wakes the receiver when this turn of the loop is over.
  void wakeLater(Mailbox mailbox) {
    assert loop.inEventLoop();
    filled.add(mailbox);
    endTurnLater();
  }

  /// Runs a task on the loop; called by any thread.
  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException stopped) {
      // the loop is gone, and its connections with it
    }
  }

  /// The same, and here and now when the loop is gone: then nothing else of the loop's runs.
  void executeAlways(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException stopped) {
      task.run();
    }
  }

  /// Sends what a connection was handed by other threads; called by any of them.
  void collect(NettyWebSocketConnection connection) {
    if (submitters.give(connection) == Handoff.Given.FIRST) {
      execute(this::collectAll);
    }
  }

  /// Lends the buffer to read into; the allocator is asked for only when a fresh one is needed.
  ByteBuf readBuffer(Supplier<ByteBufAllocator> allocator) {
    assert loop.inEventLoop();
    return readBuffer.lend(allocator);
  }

  /// Lends a buffer with room for that many bytes, or a little more.
  ByteBuf writeBuffer(Channel channel, int bytes) {
    assert loop.inEventLoop();
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1); // 0 to 32
    int size = Math.max(0, (bits - SMALLEST_SHIFT + 1) >> 1);
    return size < WRITE_SIZES
        ? writeBuffers[size].lend(channel::alloc)
        : channel.alloc().directBuffer(bytes, bytes);
  }

  /// A small frame as the kernel can read it, until the next call.
  ByteBuf nativeCopy(SharedFrame frame, Channel channel) {
    assert loop.inEventLoop();
    return nativeFrame.copyOf(frame, channel::alloc);
  }

  /// Lends a deflater of a level until the caller returns to the loop.
  MessageDeflater deflater(int level) {
    assert loop.inEventLoop();
    MessageDeflater known = deflaters[level];
    if (known == null) {
      known = new MessageDeflater(level);
      deflaters[level] = known;
    }
    return known;
  }

  /// Lends an inflater until the caller returns to the loop.
  MessageInflater inflater() {
    assert loop.inEventLoop();
    MessageInflater known = inflater;
    if (known == null) {
      known = new MessageInflater();
      inflater = known;
    }
    return known;
  }

  /// The masking keys of all clients of this loop.
  MaskingKeys maskingKeys() {
    MaskingKeys known = maskingKeys;
    if (known == null) {
      known = new MaskingKeys(new SecureRandom());
      maskingKeys = known;
    }
    return known;
  }

  /// Gives back its buffers, and the native memory of deflaters and inflater; called once its loop
  /// has ended: as long as it runs, connections borrow them.
  void release() {
    readBuffer.release();
    Arrays.stream(writeBuffers).forEach(LentBuffers::release);
    nativeFrame.release();
    for (int level = 0; level < deflaters.length; level++) {
      MessageDeflater lent = deflaters[level];
      if (lent != null) {
        lent.close();
        deflaters[level] = null;
      }
    }
    if (inflater != null) {
      inflater.close();
      inflater = null;
    }
  }

  /// Starts the closing handshake of every connection; called by any thread.
  void closeAll(CloseStatus status) {
    execute(() -> List.copyOf(connections).forEach(each -> each.connection().close(status)));
  }

  private void endTurnLater() {
    if (!turnEnds) {
      turnEnds = true;
      loop.execute(this::endTurn);
    }
  }

  private void endTurn() {
    turnEnds = false;
    if (!filled.isEmpty()) {
      wakeReceivers();
      collectAnswers();
    }
    flushAll();
  }

  /// Wakes all receivers of this turn at the price of waking one thread.
  private void wakeReceivers() {
    List<Mailbox> turn = filled;
    filled = new ArrayList<>();
    if (turn.size() == 1) {
      turn.getFirst().wake();
    } else {
      Thread.startVirtualThread(() -> turn.forEach(Mailbox::wake));
    }
  }

  /// Lets the receivers run, and stays awake as long as answers come: waking this loop for each of
  /// them would cost more than all the rest.
  @SuppressWarnings("ThreadPriorityCheck") // a hint that is measured, and nothing depends on it
  private void collectAnswers() {
    int rounds = 0;
    do {
      Thread.yield();
      rounds++;
    } while (collectAll() && rounds < ANSWER_ROUNDS);
  }

  /// True if there was anything.
  private boolean collectAll() {
    if (submitters.isEmpty()) {
      return false;
    }
    submitters.takeAll(this::sendSubmitted);
    flushTogether();
    return true;
  }

  private void flushAll() {
    NettyWebSocketConnection last = latest;
    latest = null;
    if (last != null) {
      flushWithOthers(last);
    }
    flushTogether();
    turn++;
    if (!unflushed.isEmpty()) {
      List<NettyWebSocketConnection> rest = unflushed;
      unflushed = new ArrayList<>();
      rest.forEach(connection -> step(connection, HomeLoop::flush));
    }
  }

  static void flush(NettyWebSocketConnection connection) {
    connection.outbound().flush();
  }

  private void sendSubmitted(NettyWebSocketConnection connection) {
    step(connection, each -> each.outbound().gatherSubmitted());
    flushWithOthers(connection);
  }

  private void tick() {
    now++;
    Consumer<NettyWebSocketConnection> look = connection -> connection.inbound().onTick(now);
    int looks = Math.min(connections.size(), CONNECTIONS_PER_TICK);
    for (int i = 0; i < looks && !connections.isEmpty(); i++) {
      next = next + 1 < connections.size() ? next + 1 : 0;
      step(connections.get(next).connection(), look);
    }
  }

  /// What fails for one connection, such as memory that cannot be had, ends that connection: the
  /// others, whose turn comes in the same loop, know nothing of it.
  static void step(NettyWebSocketConnection connection, Consumer<NettyWebSocketConnection> what) {
    try {
      what.accept(connection);
    } catch (Throwable failure) { // the boundary between connections
      connection.inbound().fail(failure);
    }
  }
}
