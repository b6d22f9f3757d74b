package dev.gimlet.server;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import java.net.URI;

/// The server's routes at a port of this machine.
final class TestServer implements AutoCloseable {

  private final RunningServer server;

  private TestServer(RunningServer server) {
    this.server = server;
  }

  static TestServer start() {
    return start(0);
  }

  static TestServer start(int port) {
    return start(port, ServerOptions.builder());
  }

  static TestServer start(int port, ServerOptions.Builder options) {
    Gimlet app = Gimlet.bare(options.host("127.0.0.1").build());
    ServerRoutes.register(app, ServeCommand.chat());
    return new TestServer(app.start(port));
  }

  int port() {
    return server.port();
  }

  URI http(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  URI ws(String path) {
    return URI.create("ws://127.0.0.1:" + port() + path);
  }

  @Override
  public void close() {
    server.close();
  }
}
