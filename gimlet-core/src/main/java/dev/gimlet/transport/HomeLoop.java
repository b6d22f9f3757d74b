package dev.gimlet.transport;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.codec.MessageDeflater;
import dev.gimlet.websocket.codec.MessageInflater;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the connections of one event loop share: one clock for heartbeats, one flush per turn, and
/// the compressors that are lent for one message.
///
/// Owned by its event loop. The clock counts its own ticks instead of reading the time: a process
/// that was stopped for a minute has lived one tick, so that nobody is judged dead before what he
/// sent in the meantime has been read.
final class HomeLoop {

  /// How often the clock ticks.
  static final long TICK_MILLIS = 100;

  private static final int CONNECTIONS_PER_TICK = 4096;

  private final EventLoop loop;
  private final List<WebSocketInbound> connections = new ArrayList<>();
  private List<WebSocketInbound> unflushed = new ArrayList<>();
  private final @Nullable MessageDeflater[] deflaters = new MessageDeflater[10]; // by level
  private @Nullable MessageInflater inflater;
  private @Nullable Future<?> clock; // runs while there are connections
  private int next; // the connection to look at first in the next tick
  private int now;

  HomeLoop(EventLoop loop) {
    this.loop = loop;
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

  /// Flushes the connection when this turn of the loop is over.
  void flushLater(WebSocketInbound connection) {
    assert loop.inEventLoop();
    unflushed.add(connection);
    if (unflushed.size() == 1) {
      loop.execute(this::flushAll);
    }
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

  /// Gives the native memory of deflaters and inflater back.
  void release() {
    loop.execute(this::releaseNow);
  }

  private void releaseNow() {
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

  /// Starts the closing handshake of every connection.
  void closeAll(CloseStatus status) {
    loop.execute(() -> List.copyOf(connections).forEach(each -> each.connection().close(status)));
  }

  private void flushAll() {
    List<WebSocketInbound> turn = unflushed;
    unflushed = new ArrayList<>();
    turn.forEach(WebSocketInbound::flush);
  }

  private void tick() {
    now++;
    int looks = Math.min(connections.size(), CONNECTIONS_PER_TICK);
    for (int i = 0; i < looks && !connections.isEmpty(); i++) {
      next = next + 1 < connections.size() ? next + 1 : 0;
      connections.get(next).onTick(now);
    }
  }
}
