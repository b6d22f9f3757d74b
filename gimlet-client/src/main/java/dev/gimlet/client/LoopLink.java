package dev.gimlet.client;

import dev.gimlet.websocket.Message;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Loop style: a link whose messages are received in a loop, across its connections.
///
/// Receiving is for one thread; the rest may be called from any. While nobody receives, reading
/// from the socket pauses after a bounded number of bytes.
public interface LoopLink extends ClientLink, Iterable<Message> {

  /// Waits for the next message; empty once the link has ended.
  ///
  /// When the waiting thread is interrupted the link is closed with 1001, the interrupt is kept,
  /// and the answer is empty.
  Optional<Message> receive();

  /// Why the link has ended; empty until then.
  Optional<Ending> ending();

  /// Iterates over the messages as they arrive and ends when the link does.
  @Override
  default Iterator<Message> iterator() {
    return new Iterator<>() {
      private Optional<Message> next = Optional.empty();

      @Override
      public boolean hasNext() {
        if (next.isEmpty()) {
          next = receive();
        }
        return next.isPresent();
      }

      @Override
      public Message next() {
        if (!hasNext()) {
          throw new NoSuchElementException("the link has ended");
        }
        Message message = next.orElseThrow();
        next = Optional.empty();
        return message;
      }
    };
  }
}
