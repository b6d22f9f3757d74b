package dev.gimlet.transport;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.LoopConnection;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import java.util.Optional;

/// A WebSocket over a Netty channel, served in loop style by a virtual thread.
///
/// Thread-safe as its base; received messages cross to the handler's thread in a [Mailbox].
final class LoopWebSocketConnection extends NettyWebSocketConnection implements LoopConnection {

  private static final WebSocketListener NO_LISTENER = new WebSocketListener() {};

  private final WebSocketHandler handler;
  private final Mailbox mailbox = new Mailbox();
  private volatile int roomAwaiters; // threads in awaitRoom; guarded by mailbox when it changes

  LoopWebSocketConnection(Opening opening, WebSocketHandler handler) {
    super(opening, NO_LISTENER);
    this.handler = handler;
  }

  @Override
  public Optional<Message> receive() {
    Message message = mailbox.take(this::hasSent);
    if (message == null) {
      if (Thread.currentThread().isInterrupted()) {
        close(CloseStatus.GOING_AWAY);
      }
      return Optional.empty();
    }
    inbound().resumeIfPaused();
    return Optional.of(message);
  }

  @Override
  public boolean awaitRoom() {
    if (isOnLoop()) {
      throw new IllegalStateException("awaitRoom on the event loop, which makes the room");
    }
    boolean room = isOpen() && (!isAboveHighWater() || isRoomAwaited());
    return room && !Thread.currentThread().isInterrupted();
  }

  private boolean isRoomAwaited() {
    synchronized (mailbox) {
      roomAwaiters++;
      try {
        while (isOpen() && isAboveHighWater()) {
          mailbox.wait();
        }
        return isOpen();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        roomAwaiters--;
      }
    }
  }

  @Override
  void open() {
    super.open();
    Thread.ofVirtual().name("gimlet-websocket-" + id()).start(this::handle);
  }

  @Override
  void deliver(Message message) {
    mailbox.put(message);
  }

  @Override
  void answerAllThen(Runnable task) {
    if (mailbox.isIdle()) {
      task.run();
    } else {
      mailbox.whenIdle(() -> home().execute(task));
    }
  }

  @Override
  void endOfRead() {
    if (mailbox.isAwaited()) {
      home().wakeLater(mailbox);
    }
  }

  @Override
  void onRoom() {
    if (mailbox.isFilled()) { // else it is no room that the receiver waits for
      mailbox.wake();
    }
    wakeRoomAwaiters();
  }

  private void wakeRoomAwaiters() {
    if (roomAwaiters > 0) {
      synchronized (mailbox) {
        mailbox.notifyAll();
      }
    }
  }

  @Override
  void onClosed(CloseStatus status) {
    try {
      super.onClosed(status);
    } finally { // or the thread of the loop would wait for ever
      mailbox.end();
      wakeRoomAwaiters();
    }
  }

  @Override
  boolean isReadyForMessages() {
    return super.isReadyForMessages() && mailbox.hasRoom();
  }

  /// A handler that answers faster than the peer reads waits here, before its next message.
  private boolean hasSent() {
    return !isAboveHighWater() || !isOpen();
  }

  private void handle() {
    try {
      handler.handle(this);
      close();
    } catch (Throwable failure) {
      onFailure("handler", failure);
    } finally {
      mailbox.abandon();
      inbound().resumeIfPaused();
    }
  }
}
