/// Routes, WebSockets and rooms on Netty: the library that programs embed.
@SuppressWarnings("module") // the modules named are built on this one, so they are not there yet
module dev.gimlet.core {
  requires transitive dev.gimlet.websocket;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.haproxy;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.kqueue;
  requires io.netty.transport.unix.common;
  requires static transitive org.jspecify;
  requires java.management; // processor time of threads
  requires jdk.unsupported; // signals
  requires tools.jackson.databind;

  exports dev.gimlet;
  exports dev.gimlet.http;
  exports dev.gimlet.room;
  exports dev.gimlet.spi;
  exports dev.gimlet.log to
      dev.gimlet.client,
      dev.gimlet.server;
  exports dev.gimlet.transport to
      dev.gimlet.client,
      dev.gimlet.server;
}
