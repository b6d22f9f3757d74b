package dev.gimlet.transport;

import dev.gimlet.websocket.WebSocketListener;

/// Whoever dials: hears how that ended and, if a connection came of it, all about that.
///
/// Every method is called on the event loop that dials.
public interface ClientOwner extends WebSocketListener {

  /// There will be no connection; told once, instead of [#onOpen].
  void onFailed(DialFailure failure);

  /// Whether the owner takes another message; when not, reading pauses until the connection is told
  /// to [ClientConnection#resume()].
  boolean isReady();

  /// All that was sent has been given to the socket: there is room in the outbox.
  void onRoom();
}
