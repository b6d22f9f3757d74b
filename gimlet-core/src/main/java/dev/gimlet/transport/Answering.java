package dev.gimlet.transport;

import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;

/// Where the answer to a request goes; called once, by any thread.
interface Answering {
  void answer(Response response);

  void upgrade(Accepted accepted, WebSocketOptions options, WebSocketEndpoint endpoint);
}
