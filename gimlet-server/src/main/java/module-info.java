/// The runnable server; a program, not a library: nothing is exported.
@SuppressWarnings("requires-automatic") // Micrometer and HdrHistogram have no descriptors
module dev.gimlet.server {
  requires HdrHistogram;
  requires dev.gimlet.client;
  requires dev.gimlet.core;
  requires dev.gimlet.redis;
  requires info.picocli;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires java.logging;
  requires java.management;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires static org.jspecify;
  requires tools.jackson.databind;

  opens dev.gimlet.server to
      info.picocli;
}
