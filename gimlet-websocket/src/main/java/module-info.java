/// RFC 6455 and RFC 7692 with no threads, sockets or clock: the part that server and client share.
///
/// Only [dev.gimlet.websocket] is for programs; the codec is for Gimlet's own modules.
@SuppressWarnings("module") // the modules named are built on this one, so they are not there yet
module dev.gimlet.websocket {
  requires static transitive org.jspecify;

  exports dev.gimlet.websocket;
  exports dev.gimlet.websocket.codec to
      dev.gimlet.core,
      dev.gimlet.client,
      dev.gimlet.server;
}
