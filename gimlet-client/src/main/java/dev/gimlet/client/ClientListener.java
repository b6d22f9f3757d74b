package dev.gimlet.client;

import dev.gimlet.websocket.Message;
import java.nio.ByteBuffer;

/// Event style: callbacks on the event loop of a link.
///
/// A callback must never block: it holds up every other link of its loop. Callbacks of one link
/// never overlap. What one throws is logged; from [#onOpen], [#onMessage] and [#onPing] it also
/// closes the connection with 1011, and the link comes back.
public interface ClientListener {

  /// A connection is open; what waited in the queue follows what is sent from here.
  default void onOpen(ClientLink link, Opened opened) {}

  /// A complete message was received.
  default void onMessage(ClientLink link, Message message) {}

  /// A ping was received; its pong has already been queued.
  default void onPing(ClientLink link, ByteBuffer payload) {}

  /// There is no connection, and the client will try again.
  default void onReconnecting(ClientLink link, Reconnecting next) {}

  /// A message did not reach the server, or may not have.
  default void onUnsent(ClientLink link, Unsent unsent) {}

  /// The link has ended and does not come back; the last callback, called exactly once.
  default void onClose(ClientLink link, Ending ending) {}
}
