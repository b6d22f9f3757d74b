package dev.gimlet.http;

import dev.gimlet.websocket.SendResult;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// An answer that goes on: server-sent events to one client, as `EventSource` of a browser reads
/// them.
///
/// Thread-safe. `send` is legal from any thread, keeps the order of each sender, never blocks and
/// never throws. What waits to be sent is bounded by the server's
/// [outboxBytes][dev.gimlet.websocket.WebSocketOptions#outboxBytes()], default 1 MiB, in which each
/// event counts at least 64 bytes; for a client that is too slow for that the stream ends behind
/// what was accepted, so that it can come back and go on from there. What the event loop itself
/// sends counts as waiting only when the socket does not take it. A comment is sent after each
/// [heartbeatInterval][dev.gimlet.websocket.WebSocketOptions#heartbeatInterval()], default 25 s,
/// zero for none, so that proxies and clients know that the stream lives. When the server goes down
/// the stream ends behind all that was sent, and browsers come back by themselves.
///
/// It lasts until one side ends it: keep a reference only as long as there is something to send,
/// and let [#whenClosed] tell when there is not.
public interface EventStream {

  /// Why a stream ended.
  enum End {
    /// The program closed it.
    CLOSED,
    /// The client left, or the connection broke.
    CLIENT_GONE,
    /// The client took too little of what was sent.
    SLOW_CONSUMER,
    /// The server goes down.
    GOING_AWAY
  }

  /// Sends an event.
  SendResult send(ServerSentEvent event);

  /// Sends an event that has data and nothing else.
  default SendResult send(String data) {
    return send(ServerSentEvent.of(data));
  }

  /// Ends the stream behind all that was sent. Browsers come back nevertheless: to end it for good,
  /// tell them in an event, and have the page close its `EventSource`.
  void close();

  /// Whether events can still be sent.
  boolean isOpen();

  /// Calls back once, on the event loop, when the stream has ended; at once when it has already.
  void whenClosed(Consumer<End> callback);

  /// The address of the client.
  SocketAddress remoteAddress();

  /// Who the client is, as the program said before; empty when it said nothing.
  Optional<String> user();

  /// Runs tasks on the stream's event loop: they must not block. Streams and WebSockets of one
  /// event loop answer the same executor.
  Executor eventLoop();
}
