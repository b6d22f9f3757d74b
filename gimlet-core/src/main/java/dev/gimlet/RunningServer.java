package dev.gimlet;

import dev.gimlet.room.Rooms;
import dev.gimlet.transport.HttpServer;
import dev.gimlet.websocket.TimeLimit;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A server that has been started. Thread-safe: its parts are.
public final class RunningServer implements AutoCloseable {
  /// What [#close()] waits for requests and closing handshakes to end.
  public static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final HttpServer server;
  private final Rooms rooms;

  RunningServer(HttpServer server, Rooms rooms) {
    this.server = server;
    this.rooms = rooms;
  }

  /// The port it listens at.
  public int port() {
    return address().getPort();
  }

  /// The address it listens at.
  public InetSocketAddress address() {
    return server.address();
  }

  /// Stops as [#close(Duration)] does, after [#CLOSE_TIMEOUT] at most.
  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  /// Whether it has been told to close: from then on it takes no new connections.
  public boolean isDraining() {
    return server.isDraining();
  }

  /// Accepts nothing more, lets requests under way end and closes WebSockets with 1001.
  ///
  /// In this order: [#isDraining()] turns true; nothing is accepted any more, and a WebSocket that
  /// is asked for on an open connection is refused with 503; what is published is refused, and all
  /// that was accepted before goes to its members; requests under way end; the closes of WebSockets
  /// are spread over 1 ms for each connection, or a 7,000th of the time where that is more, at most
  /// half of the time, each behind all that was sent before. What has not ended when the time is
  /// over is cut; a handler that holds an event loop is given 2 s more. Waits; do not call it from
  /// a handler. On a thread that is interrupted everything is cut at once, and the thread stays
  /// interrupted. Closing again does nothing. More than 365 days count as 365 days.
  public void close(Duration timeout) {
    Duration bounded = timeout.compareTo(TimeLimit.LONGEST) < 0 ? timeout : TimeLimit.LONGEST;
    long end = System.nanoTime() + bounded.toNanos();
    boolean interrupted = false;
    try {
      drain(bounded);
    } catch (InterruptedException early) {
      interrupted = true;
    }
    try {
      long left = interrupted ? 0 : Math.max(0, end - System.nanoTime());
      server.close(Duration.ofNanos(left));
    } catch (InterruptedException late) {
      interrupted = true; // it has been cut
    }
    rooms.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void drain(Duration timeout) throws InterruptedException {
    server.drain(timeout);
    rooms.refusePublications();
    awaitDelivery(timeout.dividedBy(4));
  }

  /// What was accepted is in the outboxes of its members before the first of them is closed.
  private void awaitDelivery(Duration patience) throws InterruptedException {
    try {
      rooms.drained().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException incomplete) {
      // an event loop is held: the others must not wait for it any longer
    }
  }

  /// Waits until the server has been closed.
  void awaitClosed() throws InterruptedException {
    server.awaitClosed();
  }
}
