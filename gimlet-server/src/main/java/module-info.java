/// The runnable server; a program, not a library: nothing is exported.
@SuppressWarnings("requires-automatic") // HdrHistogram has no module name of its own
module dev.gimlet.server {
  requires dev.gimlet.client;
  requires dev.gimlet.core;
  requires info.picocli;
  requires HdrHistogram;
  requires static org.jspecify;
  requires tools.jackson.databind;

  opens dev.gimlet.server to
      info.picocli;
}
