package dev.gimlet.websocket;

/// Loop style: receives and answers messages in a loop on a virtual thread of its own.
@FunctionalInterface
public interface WebSocketHandler {

  /// Serves one connection from beginning to end; may block.
  ///
  /// Returning closes the connection with 1000, throwing closes it with 1011. The text of the
  /// exception never reaches the peer.
  ///
  /// @throws Exception whatever goes wrong; it is reported once and harms no other connection
  void handle(LoopConnection connection) throws Exception;
}
