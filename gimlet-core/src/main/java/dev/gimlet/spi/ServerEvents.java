package dev.gimlet.spi;

import dev.gimlet.http.EventStream;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What happens in a server, for logs and metrics; every method does nothing by default.
///
/// Called on event loops, virtual threads, the watchdog, threads of the broker, and those of
/// whoever publishes, starts or closes, several at once: implementations are thread-safe and never
/// block. What they throw is swallowed.
public interface ServerEvents {

  /// No listener.
  ServerEvents NONE = new ServerEvents() {};

  /// Tells all of these, one after the other. What one throws is swallowed, errors too: the next is
  /// told all the same.
  static ServerEvents all(ServerEvents... listeners) {
    return new CombinedEvents(List.of(listeners));
  }

  /// A WebSocket is open.
  default void opened(WebSocketConnection connection) {}

  /// A WebSocket is closed; told exactly once for each that was opened.
  default void closed(WebSocketConnection connection, CloseStatus status) {}

  /// A stream of server-sent events has begun.
  default void streamOpened(EventStream stream) {}

  /// A stream of server-sent events is over; told exactly once for each that was begun.
  default void streamClosed(EventStream stream, EventStream.End end) {}

  /// An opening handshake, an event stream or an accepted connection was refused with this status.
  ///
  /// 400, 403 and 426 say what was wrong with the handshake; 400 also that a connection did not
  /// begin as the PROXY protocol demands; 403 also that any other request which asked
  /// [dev.gimlet.http.Context#requireAdmittedOrigin] was refused; 503 that a limit of connections
  /// is reached, or that the server goes down.
  default void refused(SocketAddress peer, int status, String reason) {}

  /// A program's handler, middleware, listener, member or callback threw, or something inside the
  /// server failed for one connection.
  ///
  /// The peer of a handler or middleware got 500, that of a WebSocket 1011, both without details.
  /// No peer hears of what a room's member or a callback of an [EventStream] throws. A fault inside
  /// the server closes its connection.
  default void handlerFailed(String where, Throwable failure) {}

  /// A TLS handshake failed, or took too long; the connection is being closed. Told at most once
  /// for a connection.
  default void tlsFailed(SocketAddress peer, String reason) {}

  /// New connections get this certificate from now on; told at the start, and after its files have
  /// changed. It may have expired: it is served all the same.
  default void certificateLoaded(Path file, Instant expiry) {}

  /// The files of the certificate have changed and cannot be used; the one before stays. Told once
  /// for each reason.
  default void certificateUnusable(Path file, String reason) {}

  /// Connections could not be accepted, for want of file descriptors as a rule.
  ///
  /// Accepting pauses for a second and then goes on; told at most once a minute.
  default void acceptFailed(String reason) {}

  /// A publication was not taken by the broker, or perhaps not, which the reason says then; the
  /// publisher's future says the same.
  default void publishFailed(String room, String reason) {}

  /// The broker cannot be reached: publishing fails until [#brokerBack()]. Told once.
  default void brokerAway(String reason) {}

  /// The broker is reached again, and rooms have caught up.
  default void brokerBack() {}

  /// The server is going down and will have gone after that time at most; told once, before
  /// anything is refused or closed because of it.
  default void draining(Duration timeout) {}

  /// A callback or task holds this event loop, and all its connections with it; the stack is what
  /// it is doing now.
  ///
  /// Told once for each time that a loop is held for more than 200 ms, while it still is.
  default void loopBlocked(String loop, Duration held, List<StackTraceElement> stack) {}

  /// The event loop that [#loopBlocked] named goes on, after it was held for so long.
  default void loopFreed(String loop, Duration held) {}

  /// Messages for a peer were not sent, as the policy of its endpoint says: it reads more slowly
  /// than it is sent to, or, with [SlowConsumerPolicy#LATEST_PER_KEY], a newer message with the
  /// same key came before the event loop had sent the older one, also to a peer that reads fast.
  ///
  /// Told on its event loop at most once a second for a connection, with the number of messages
  /// since the last time; the last ones are told before [#closed]. Where the connection is closed
  /// for it, once and for one message.
  default void slowConsumer(
      WebSocketConnection connection, SlowConsumerPolicy policy, long messages) {}
}
