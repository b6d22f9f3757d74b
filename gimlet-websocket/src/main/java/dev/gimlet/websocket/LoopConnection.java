package dev.gimlet.websocket;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/// The connection as loop style sees it: messages are received by iterating.
///
/// Receiving belongs to one thread at a time, the one that runs the [WebSocketHandler]. While it
/// does not receive, reading from the socket pauses after a bounded number of bytes, so that a slow
/// handler slows its own peer and nobody else.
public interface LoopConnection extends WebSocketConnection, Iterable<Message> {

  /// Waits for the next message; empty once the connection is closed.
  ///
  /// When the waiting thread is interrupted the connection is closed with 1001, the interrupt is
  /// kept, and the answer is empty.
  Optional<Message> receive();

  /// Waits until no more than 64 KiB, or half of a smaller outbox, wait to be sent: a message of up
  /// to half of the outbox then fits, if no other thread sends.
  ///
  /// Whoever sends much calls it before each message, and so sends at the pace of the peer. True:
  /// there is room; false: the connection is closing or closed, or the waiting thread was
  /// interrupted, whose interrupt is kept. Several threads may wait, on virtual threads as a rule.
  ///
  /// @throws IllegalStateException when the caller is on the connection's event loop, which makes
  ///   the room
  boolean awaitRoom();

  /// Iterates over the messages as they arrive and ends when the connection does.
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
          throw new NoSuchElementException("the connection is closed");
        }
        Message message = next.orElseThrow();
        next = Optional.empty();
        return message;
      }
    };
  }
}
