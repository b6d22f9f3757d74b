/// The runnable server; a program, not a library: nothing is exported.
module dev.gimlet.server {
  requires dev.gimlet.core;
  requires dev.gimlet.redis;
  requires info.picocli;
  requires static org.jspecify;
  requires tools.jackson.databind;

  opens dev.gimlet.server to
      info.picocli;
}
