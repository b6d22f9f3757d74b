package dev.gimlet.client;

import dev.gimlet.websocket.Message;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Messages on their way from the event loop to the thread of a loop.
///
/// Thread-safe: one lock, this object. It takes what it is given; whoever gives asks first whether
/// there is room.
final class Inbox {

  private static final long LIMIT_BYTES = 64 << 10;

  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private long bytes;
  private boolean ended;

  synchronized void put(Message message) {
    messages.add(message);
    bytes += cost(message);
    notifyAll();
  }

  /// Nothing more will come.
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized boolean hasRoom() {
    return bytes < LIMIT_BYTES;
  }

  /// Waits for a message; null when there will be none.
  synchronized @Nullable Message take() throws InterruptedException {
    while (messages.isEmpty() && !ended) {
      wait();
    }
    Message message = messages.poll();
    if (message != null) {
      bytes -= cost(message);
    }
    return message;
  }

  private static long cost(Message message) {
    return (long) message.size() + Outgoing.OVERHEAD_BYTES;
  }
}
