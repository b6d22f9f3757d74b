package dev.gimlet.server.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Sends at a fixed rate, whether answers come or not: an open loop.
///
/// Each message carries the time at which it was meant to leave, so that neither a server nor this
/// loop can hide that it is late. Owned by its event loop, except the sum of messages and the
/// number refused, which have one writer.
public final class PacedLoad implements Load {
  private static final long LONGEST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long BURST = 1_000; // messages that are late are sent in pieces

  private final Clients clients;
  private final double intervalNanos;
  private final int senders;
  private final long most;
  private final List<LoadConnection> connections = new ArrayList<>();
  private final AtomicLong sum = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private @Nullable Future<?> clock;
  private long startNanos;
  private long issued;

  /// So many messages per second in all, `most` of them; the first `senders` connections send by
  /// turns.
  public PacedLoad(Clients clients, double rate, int senders, long most) {
    this.clients = clients;
    this.intervalNanos = 1e9 / rate;
    this.senders = senders;
    this.most = most;
  }

  @Override
  public void onOpen(LoadConnection connection) {
    connections.add(connection);
  }

  @Override
  public void start() {
    connections.sort((one, other) -> Integer.compare(one.index(), other.index()));
    startNanos = System.nanoTime();
    long tick = Math.clamp((long) (intervalNanos / 2), 10_000, LONGEST_TICK_NANOS);
    clock = clients.everyNanos(tick, this::sendWhatIsDue);
  }

  @Override
  public void stop() {
    if (clock != null) {
      clock.cancel(false);
      sendWhatIsDue(); // a loop that is late owes it
    }
  }

  private void sendWhatIsDue() {
    long now = System.nanoTime();
    for (int i = 0; i < BURST && issued < most && intended() <= now; i++) {
      send(connections.get((int) (issued % senders)), intended());
      issued++;
    }
  }

  private long intended() {
    return startNanos + (long) (issued * intervalNanos);
  }

  private void send(LoadConnection connection, long intendedNanos) {
    if (connection.isWritable()) {
      connection.send(1, intendedNanos);
    } else {
      refused.setOpaque(refused.getPlain() + 1);
    }
  }

  @Override
  public void onMessages(LoadConnection connection, int count) {
    sum.setOpaque(sum.getPlain() + count);
  }

  @Override
  public long messages() {
    return sum.getOpaque();
  }

  /// Messages that could not leave, because the server does not read; any thread may ask.
  public long refused() {
    return refused.getOpaque();
  }
}
