package dev.gimlet.transport;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The accepted connections of a server, HTTP and WebSocket, while they are open.
///
/// Thread-safe: one lock, this object, which is never held while something else is called.
final class OpenChannels {
  private final Set<Channel> channels = new HashSet<>();
  private boolean shut;

  /// Keeps the channel until it is closed; closes it if the server is going down.
  void add(Channel channel) {
    boolean late;
    synchronized (this) {
      late = shut;
      channels.add(channel);
    }
    if (late) {
      channel.close();
    }
    channel.closeFuture().addListener(_ -> remove(channel));
  }

  private synchronized void remove(Channel channel) {
    channels.remove(channel);
    if (channels.isEmpty()) {
      notifyAll();
    }
  }

  /// The channels that are open now; those to come are closed at once.
  synchronized List<Channel> shut() {
    shut = true;
    return List.copyOf(channels);
  }

  synchronized List<Channel> list() {
    return List.copyOf(channels);
  }

  /// Waits until all are closed, or the time is over.
  synchronized void awaitNone(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    long left = timeout.toNanos();
    while (!channels.isEmpty() && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
  }
}
