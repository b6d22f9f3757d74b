/// WebSocket clients that come back by themselves.
module dev.gimlet.client {
  requires transitive dev.gimlet.websocket;
  requires dev.gimlet.core;
  requires static transitive org.jspecify;

  exports dev.gimlet.client;
}
